// Counts orders, waits to be scraped, then ends.
import { metrics } from '@opentelemetry/api';

metrics.getMeter('app').createCounter('orders', { unit: '{order}' }).add(3);
setTimeout(() => console.log('ready'), 100);
setTimeout(() => console.log('done'), 700);
