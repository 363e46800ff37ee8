import { FastifyOtelInstrumentation } from '@fastify/otel';
import type { InstrumentationEntry } from './entry.ts';

/**
 * Fastify 4 and 5, by the channel Fastify publishes when an instance is made: `http.route` and one span a request. A span for
 * every hook and handler would triple the spans and say little.
 */
export const FASTIFY: InstrumentationEntry = {
  name: 'fastify',
  package: 'fastify',
  create: () =>
    new FastifyOtelInstrumentation({
      registerOnInitialization: true,
      instrumentHooks: false,
      instrumentHandler: false,
    }),
};
