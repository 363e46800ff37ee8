import type { ErrorRequestHandler, RequestHandler } from 'express';
import { isDatabaseUnavailable } from '../database/database-failure.ts';
import type { Logger } from '../log/logger.ts';
import { problem, type Reply, send } from './reply.ts';

export const notFound: RequestHandler = (_request, response) => {
  send(response, problem(404, 'No such route'));
};

/** Answers what was thrown. The client learns the kind of failure; the log has the rest. */
export function errorHandler(log: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    const reply = replyTo(error);
    if (reply.status >= 500) log.error({ err: error }, 'request failed');
    if (response.headersSent) return next(error);
    send(response, reply);
  };
}

/** express' own parsers throw errors with a status and a type; everything without one is a fault of ours. */
export function replyTo(error: unknown): Reply {
  if (isDatabaseUnavailable(error))
    return {
      ...problem(503, 'The database has no connection to give; try again'),
      headers: { 'retry-after': '1', 'content-type': 'application/problem+json' },
    };
  const type = error instanceof Error && 'type' in error ? error.type : undefined;
  if (type === 'entity.parse.failed') return problem(400, 'The body is not valid JSON');
  if (type === 'entity.too.large') return problem(413, 'The body is larger than 16 KiB');
  const status = error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : 500;
  return status >= 400 && status < 500
    ? problem(status, 'The request could not be read')
    : problem(500, 'Something went wrong in the shop');
}
