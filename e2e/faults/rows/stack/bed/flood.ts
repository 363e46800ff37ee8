/** Below the collector's 8 MiB a request. */
const REQUEST_BYTES = 6_000_000;

/** What became of a flood. */
export interface Flood {
  /** Answers by status; 0 is none. */
  readonly statuses: Map<number, number>;
  /** Values of Retry-After. */
  readonly retryAfter: Set<string>;
  readonly done: Promise<unknown>;
}

/** Sends log requests of 6 MB, so many at a time, as fast as they are answered until the signal comes. */
export function flood(otlp: string, signal: AbortSignal, senders: number): Flood {
  const statuses = new Map<number, number>();
  const retryAfter = new Set<string>();
  const record = { body: { stringValue: 'x'.repeat(200) }, attributes: [{ key: 'n', value: { intValue: '1' } }] };
  const count = Math.floor(REQUEST_BYTES / JSON.stringify(record).length);
  const logRecords = Array.from({ length: count }, () => record);
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'bed-flood' } }] };
  const body = JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] });
  const sender = async (): Promise<void> => {
    while (!signal.aborted) {
      let status = 0;
      try {
        const headers = { 'content-type': 'application/json' };
        const response = await fetch(`${otlp}/v1/logs`, { method: 'POST', headers, body, signal });
        await response.arrayBuffer();
        status = response.status;
        if (status === 503) retryAfter.add(response.headers.get('retry-after') ?? 'none');
      } catch {
        if (signal.aborted) return;
      }
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  return { statuses, retryAfter, done: Promise.all(Array.from({ length: senders }, sender)) };
}
