import { createRequire } from 'node:module';
import type { InstrumentationEntry } from './entry.ts';
import { type UpstreamInstrumentation, upstreamInstrumentation } from './upstream.ts';

const require = createRequire(import.meta.url);

/** pino, also inside Fastify: `trace_id` and `span_id` on every line, and every line as a log record. */
export const PINO: InstrumentationEntry = {
  name: 'pino',
  packages: ['pino'],
  wraps: ['pino'],
  create: (_host, providers) => upstreamInstrumentation('pino', createPino, providers),
};

function createPino(): UpstreamInstrumentation {
  const { PinoInstrumentation } = require('@opentelemetry/instrumentation-pino') as {
    PinoInstrumentation: new () => UpstreamInstrumentation;
  };
  return new PinoInstrumentation();
}
