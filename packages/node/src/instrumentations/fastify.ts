import { channel } from 'node:diagnostics_channel';
import { context } from '@opentelemetry/api';
import { getRPCMetadata, RPCType } from '@opentelemetry/core';
import type { Instrumentation, InstrumentationEntry } from './entry.ts';

/** What is used of a Fastify instance. */
interface FastifyLike {
  addHook(name: 'onRequest', hook: (request: RequestLike, reply: unknown, done: () => void) => void): unknown;
}

interface RequestLike {
  /** Without a URL when no route matches. */
  readonly routeOptions?: { readonly url?: string };
}

/** Fastify publishes every new instance here, before the application gets it. */
const INITIALIZATION = channel('fastify.initialization');

/**
 * Tells the http server span and `http.server.request.duration` which route of Fastify 5 was taken, as soon as it is
 * known, so that a request a later hook refuses has its route too. The official `@fastify/otel` also wraps every hook of the
 * application, and brings a second major version of OpenTelemetry's packages with it.
 */
export const FASTIFY: InstrumentationEntry = {
  name: 'fastify',
  package: 'fastify',
  create(): Instrumentation {
    INITIALIZATION.subscribe(nameRoutes);
    return {
      // The span and the metric are those of http.
      setTracerProvider: () => undefined,
      setMeterProvider: () => undefined,
      disable: () => void INITIALIZATION.unsubscribe(nameRoutes),
    };
  },
};

function nameRoutes(message: unknown): void {
  const { fastify } = message as { fastify: FastifyLike };
  fastify.addHook('onRequest', (request, _reply, done) => {
    const route = request.routeOptions?.url;
    const metadata = getRPCMetadata(context.active());
    if (route !== undefined && metadata?.type === RPCType.HTTP) metadata.route = route;
    done();
  });
}
