import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { setHttpRoute } from '../http-route.ts';
import type { Instrumentation } from '../instrumentation.ts';
import { FoundLibraries, type Switch } from './framework.ts';

const CHANNEL = 'fastify.initialization';
const ROUTED = Symbol.for('vigil.fastify.routed');

interface FastifyRequest {
  readonly raw: IncomingMessage;
  readonly routeOptions?: { readonly url?: string | undefined };
}

interface FastifyInstance {
  readonly version?: string;
  decorateRequest(name: symbol, value: null): unknown;
  /** Among others, what it makes its requests with. */
  readonly [key: symbol]: unknown;
}

interface RouteContext {
  readonly config?: { readonly url?: unknown };
}

/** By their descriptions, as the symbols themselves are private; the key of a request's context is found at the first request. */
const REQUEST = 'fastify.Request';
const CONTEXT = 'fastify.context';

const symbolOf = (owner: object, description: string): symbol | undefined =>
  Object.getOwnPropertySymbols(owner).find((symbol) => symbol.description === description);

/**
 * Decorates the requests with a property that is never there: writing it runs a setter, in fastify's own constructor of requests,
 * when the route is known and before any hook and handler. So no hook is added, and no stack trace has a line more.
 *
 * @returns why not, in one line.
 */
function routeRequests(fastify: FastifyInstance, on: Switch): string | undefined {
  const key = symbolOf(fastify, REQUEST);
  const requests = key === undefined ? undefined : (fastify[key] as { prototype?: object } | undefined);
  if (requests?.prototype === undefined) return 'no constructor of requests on the instance';
  let contextKey: symbol | undefined;
  fastify.decorateRequest(ROUTED, null);
  Object.defineProperty(requests.prototype, ROUTED, {
    configurable: true,
    set(this: FastifyRequest & { [key: symbol]: RouteContext | undefined }) {
      if (!on.isOn) return;
      contextKey ??= symbolOf(this, CONTEXT);
      // `routeOptions` makes an object for every call: only where fastify's own is not found.
      const url = contextKey === undefined ? this.routeOptions?.url : this[contextKey]?.config?.url;
      if (typeof url === 'string') setHttpRoute(this.raw, url);
    },
  });
  return undefined;
}

/** `http.route` of fastify, by its channel: the same for ES modules, CommonJS and bundles. */
export function fastifyRoutes(): Instrumentation {
  const found = new FoundLibraries();
  const on: Switch = { isOn: false };
  let isSubscribed = false;

  function onInstance(message: unknown): void {
    try {
      const { fastify } = message as { fastify: FastifyInstance };
      const version = fastify.version ?? 'unknown';
      const reason = routeRequests(fastify, on);
      if (reason === undefined) found.add('fastify', version, 'channel', 'cjs');
      else found.refuse('fastify', version, reason);
    } catch (error) {
      found.refuse('fastify', 'unknown', String(error));
    }
  }

  return {
    name: 'fastify',
    enable() {
      // Stays when switched off: an instance made meanwhile must have its routes when it is switched on again.
      if (!isSubscribed) subscribe(CHANNEL, onInstance);
      isSubscribed = true;
      on.isOn = true;
    },
    disable() {
      on.isOn = false;
    },
    status: () => ({ name: 'fastify', isEnabled: on.isOn, instrumented: found.instrumented, refused: found.refused }),
  };
}
