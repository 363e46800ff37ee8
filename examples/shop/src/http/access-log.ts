import type { RequestHandler } from 'express';
import type { Logger } from '../log/logger.ts';

/** One line a request with the route pattern instead of the URL, so that nothing a person typed is logged. */
export function accessLog(log: Logger, nowMillis: () => number): RequestHandler {
  return (request, response, next) => {
    const startedMillis = nowMillis();
    response.on('close', () => {
      const line = {
        method: request.method,
        route: request.route === undefined ? 'none' : `${request.baseUrl}${request.route.path}`,
        status: response.statusCode,
        durationMillis: Math.round((nowMillis() - startedMillis) * 10) / 10,
        ...(response.writableFinished ? {} : { aborted: true }),
      };
      if (response.statusCode >= 500) log.warn(line, 'request');
      else log.info(line, 'request');
    });
    next();
  };
}
