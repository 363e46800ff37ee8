/** What is used of `pg.Client`; names with `_` are checked before they are relied on. */
export interface PgClient {
  readonly host?: unknown;
  readonly port?: unknown;
  readonly database?: unknown;
  readonly _queryable?: boolean;
  readonly _ending?: boolean;
  readonly _connecting?: boolean;
  /** Called `activeQuery` before 8.16, which is deprecated since. */
  readonly _activeQuery?: PgQuery | null;
  readonly _queryQueue?: readonly PgQuery[];
  /** Before 8.16. */
  readonly queryQueue?: readonly PgQuery[];
  readonly _sentQueryQueue?: readonly PgQuery[];
}

/** Of `pg.Query`, or of anything else that has `submit`. */
export interface PgQuery {
  readonly text?: unknown;
  readonly cursor?: { readonly text?: unknown };
  readonly _results?: unknown;
  readonly _canceledDueToError?: unknown;
  readonly handleReadyForQuery?: unknown;
  readonly handleError?: unknown;
}

/** The query that a client has just taken: the last in its queue, or the one that it sent at once. */
export function lastQuery(client: PgClient): PgQuery | null | undefined {
  const queue = client._queryQueue ?? ('_activeQuery' in client ? undefined : client.queryQueue);
  if (queue !== undefined && queue.length > 0) return queue[queue.length - 1];
  const sent = client._sentQueryQueue;
  if (sent !== undefined && sent.length > 0) return sent[sent.length - 1];
  return '_activeQuery' in client
    ? client._activeQuery
    : (client as { readonly activeQuery?: PgQuery | null }).activeQuery;
}
