import { channel } from 'node:diagnostics_channel';
import { afterEach, expect, jest, test } from '@jest/globals';
import { context, ROOT_CONTEXT, type Span } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { type RPCMetadata, RPCType, setRPCMetadata } from '@opentelemetry/core';
import { FASTIFY } from './fastify.ts';

type Hook = (request: { routeOptions?: { url?: string } }, reply: unknown, done: () => void) => void;

afterEach(() => context.disable());

/** The hook that a new Fastify instance is given. */
function hookOfNewInstance(): Hook | undefined {
  const hooks: Hook[] = [];
  channel('fastify.initialization').publish({
    fastify: { addHook: (_name: string, hook: Hook) => hooks.push(hook) },
  });
  return hooks[0];
}

/** The route the server span of a request ends up with. */
function routeOf(hook: Hook | undefined, url: string | undefined): string | undefined {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const metadata: RPCMetadata = { type: RPCType.HTTP, span: {} as Span };
  const done = jest.fn();
  context.with(setRPCMetadata(ROOT_CONTEXT, metadata), () =>
    hook?.({ routeOptions: url === undefined ? {} : { url } }, undefined, done),
  );
  expect(done).toHaveBeenCalledTimes(1);
  return metadata.route;
}

test('the route goes to the server span; without a route there is none', () => {
  const instrumentation = FASTIFY.create();
  expect(routeOf(hookOfNewInstance(), '/payments/:id')).toBe('/payments/:id');
  context.disable();
  expect(routeOf(hookOfNewInstance(), undefined)).toBeUndefined();
  instrumentation.disable();
});

test('without a server span the hook lets the request through', () => {
  const instrumentation = FASTIFY.create();
  const done = jest.fn();
  hookOfNewInstance()?.({ routeOptions: { url: '/payments/:id' } }, undefined, done);
  expect(done).toHaveBeenCalledTimes(1);
  instrumentation.disable();
});

test('switched off, a new instance gets no hook', () => {
  FASTIFY.create().disable();
  expect(hookOfNewInstance()).toBeUndefined();
});
