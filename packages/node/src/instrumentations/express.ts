import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express';
import type { InstrumentationEntry } from './entry.ts';

/** Express 4 and 5: `http.route`, and a span for each middleware and handler. */
export const EXPRESS: InstrumentationEntry = {
  name: 'express',
  package: 'express',
  wraps: ['express'],
  create: () => new ExpressInstrumentation(),
};
