import type { PendingQuery } from './pending-query.ts';
import type { PgQuery } from './pg-client.ts';

type Handler = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Ends the query of a `Cursor`, a `QueryStream` or another object of the application that has `submit`, when the client tells it that
 * it is ready or has failed: at the end of its rows, after `close`, or with its connection. Until then two of its methods are ours.
 */
export function endWithSubmittable(query: PgQuery, pending: PendingQuery): void {
  try {
    const restoreReady = standIn(query, 'handleReadyForQuery', () => {
      restore();
      pending.succeed(undefined);
    });
    const restoreError = standIn(query, 'handleError', (error) => {
      restore();
      pending.fail(error);
    });
    const restore = () => {
      restoreReady();
      restoreError();
    };
  } catch {
    // A frozen object, or none that the client can talk to: the application hears of that from the client.
    pending.abandon();
  }
}

/** @returns puts back what was there. */
function standIn(
  query: PgQuery,
  name: 'handleReadyForQuery' | 'handleError',
  before: (first: unknown) => void,
): () => void {
  const own = Object.getOwnPropertyDescriptor(query, name);
  const handler = query[name] as Handler;
  Object.defineProperty(query, name, {
    configurable: true,
    enumerable: own?.enumerable ?? false,
    writable: true,
    value(this: unknown, ...args: unknown[]) {
      before(args[0]);
      return Reflect.apply(handler, this, args);
    },
  });
  return () => {
    if (own === undefined) Reflect.deleteProperty(query, name);
    else Object.defineProperty(query, name, own);
  };
}
