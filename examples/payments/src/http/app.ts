import Fastify, { type FastifyBaseLogger, type FastifyError, type FastifyInstance, LogController } from 'fastify';
import type { ChargeBook } from '../charges/charge-book.ts';
import { chargeRoutes } from '../charges/charge-routes.ts';
import { faultHook } from '../faults/fault-hook.ts';
import { faultRoutes } from '../faults/fault-routes.ts';
import type { FaultSwitches } from '../faults/fault-switches.ts';

export interface AppParts {
  readonly log: FastifyBaseLogger;
  readonly book: ChargeBook;
  /** Without switches neither the fault routes nor their hook exist. */
  readonly switches?: FaultSwitches | undefined;
  readonly isStopping: () => boolean;
}

export function createApp({ log, book, switches, isStopping }: AppParts): FastifyInstance {
  const app = Fastify({
    loggerInstance: log,
    // The built-in lines hold URL and client address; one line below has the route instead.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 16_384,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true } },
  });
  acceptEmptyJson(app);
  app.get('/livez', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) =>
    isStopping() ? reply.code(503).send({ status: 'stopping' }) : { status: 'ok' },
  );
  app.register(async (scope) => {
    logRequests(scope);
    if (switches !== undefined) faultRoutes(scope, switches);
    scope.register(async (charges) => {
      if (switches !== undefined) charges.addHook('preHandler', faultHook(switches, Math.random));
      chargeRoutes(charges, book);
    });
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ title: 'No such route', status: 404 }));
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) request.log.error({ err: error }, 'request failed');
    if (error.validation !== undefined) {
      const errors = error.validation.map(({ instancePath, message, params }) => ({
        at: `body${instancePath.replaceAll('/', '.')}`,
        problem: message,
        ...params,
      }));
      return reply.code(400).send({ title: 'The request is not valid', status: 400, errors });
    }
    return reply
      .code(status)
      .send({ title: status < 500 ? error.message : 'Something went wrong in payments', status });
  });
  return app;
}

function logRequests(scope: FastifyInstance): void {
  scope.addHook('onResponse', async (request, reply) => {
    const line = {
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      durationMillis: Math.round(reply.elapsedTime * 10) / 10,
    };
    if (reply.statusCode >= 500) request.log.warn(line, 'request');
    else request.log.info(line, 'request');
  });
}

// `curl -X PUT -H 'content-type: application/json'` without a body means "all defaults" for a fault.
function acceptEmptyJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else parse(request, body.toString(), done);
  });
}
