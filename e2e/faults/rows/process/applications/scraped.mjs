// Serves requests, and its metrics on the port it was told; /stop ends it.
import { createServer } from 'node:http';
import { metrics } from '@opentelemetry/api';
import { tellLedger } from './witness.mjs';

tellLedger();
const orders = metrics.getMeter('scraped').createCounter('orders');
const server = createServer((request, response) => {
  orders.add(1, { route: `/${Math.floor(Math.random() * 200)}` });
  response.end('ok');
  if (request.url !== '/stop') return;
  console.log('ending');
  server.close();
});
server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
