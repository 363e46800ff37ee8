import { createRequire } from 'node:module';
import type { InstrumentationEntry } from './entry.ts';
import { type UpstreamInstrumentation, upstreamInstrumentation } from './upstream.ts';

const require = createRequire(import.meta.url);

/** pino, also inside Fastify: `trace_id` and `span_id` on every line, and every line as a log record. */
export const PINO: InstrumentationEntry = {
  name: 'pino',
  supports: [{ instrumentation: 'pino', library: 'pino', versions: '>=5.14 <11', mechanism: 'patch' }],
  // Each of the others may have one of its own inside.
  onlyWith: ['pino', 'fastify', 'pino-http', 'nestjs-pino'],
  wraps: ['pino'],
  create: (_host, providers) => upstreamInstrumentation('pino', createPino, providers),
};

function createPino(): UpstreamInstrumentation {
  const { PinoInstrumentation } = require('@opentelemetry/instrumentation-pino') as {
    PinoInstrumentation: new () => UpstreamInstrumentation;
  };
  return new PinoInstrumentation();
}
