import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { isOwnScrape } from '../signals/prometheus-server.ts';
import type { InstrumentationEntry } from './entry.ts';

/** Server and client of `http` and `https`; `http.route` comes from the frameworks below. */
export const HTTP: InstrumentationEntry = {
  name: 'http',
  patches: ['http', 'https'],
  create: () => new HttpInstrumentation({ ignoreIncomingRequestHook: isOwnScrape }),
};
