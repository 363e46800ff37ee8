import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino';
import type { InstrumentationEntry } from './entry.ts';

/** pino, also inside Fastify: `trace_id` and `span_id` on every line, and every line as a log record. */
export const PINO: InstrumentationEntry = {
  name: 'pino',
  package: 'pino',
  wraps: ['pino'],
  create: () => new PinoInstrumentation(),
};
