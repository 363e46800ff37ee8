import type { Request, RequestHandler, Response } from 'express';
import { toDatabaseFailure } from '../database/database-failure.ts';

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An expected failure as RFC 9457 problem details. */
export function problem(status: number, title: string, more: Readonly<Record<string, unknown>> = {}): Reply {
  return { status, body: { title, status, ...more }, headers: { 'content-type': 'application/problem+json' } };
}

/** Makes a handler of a function that returns its reply; what it throws is a fault of ours and goes to the error handler. */
export function route(handle: (request: Request) => Promise<Reply> | Reply): RequestHandler {
  return async (request, response) => {
    let reply: Reply;
    try {
      reply = await handle(request);
    } catch (error) {
      // Translated here, before anything that records exceptions sees query parameters.
      throw toDatabaseFailure(error);
    }
    send(response, reply);
  };
}

export function send(response: Response, { status, body, headers }: Reply): void {
  response.status(status);
  if (headers !== undefined) response.set(headers);
  if (body === undefined) response.end();
  else response.json(body);
}
