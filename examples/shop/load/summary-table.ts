import type { FollowersSummary } from './followers.ts';
import type { RequestSummary } from './tally.ts';

export interface LoadSummary {
  readonly url: string;
  readonly seconds: number;
  /** Rate times seconds; fewer are sent when the shop is too slow for the rate or away. */
  readonly requestsPlanned: number;
  readonly requestsPerSecond: number;
  readonly total: RequestSummary;
  readonly kinds: Readonly<Record<string, RequestSummary>>;
  readonly websocket: FollowersSummary;
}

const HEADER = ['', 'requests', '2xx', '4xx', '5xx', 'no answer', 'p50 ms', 'p95 ms', 'p99 ms', 'max ms'];

/** The summary as a table for people. */
export function summaryTable({
  url,
  seconds,
  requestsPlanned,
  requestsPerSecond,
  total,
  kinds,
  websocket,
}: LoadSummary): string {
  const rows = [HEADER, ...Object.entries(kinds).map(([kind, summary]) => cells(kind, summary)), cells('total', total)];
  const { events, acknowledge } = websocket;
  return [
    `${url}: ${total.requests} of ${requestsPlanned} requests in ${seconds} s, ${requestsPerSecond} a second`,
    '',
    ...align(rows),
    '',
    `websocket     ${websocket.clients} clients, ${websocket.disconnects} disconnects, ${websocket.connectErrors} failed connections`,
    `events        ${Object.entries(events)
      .map(([event, count]) => `${event} ${count}`)
      .join(', ')}`,
    `acknowledged  ${acknowledge.count} follows, p50 ${acknowledge.p50Millis} ms, p95 ${acknowledge.p95Millis} ms, p99 ${acknowledge.p99Millis} ms; ` +
      `${websocket.acknowledgeTimeouts} timed out, ${websocket.followsRefused} refused`,
  ].join('\n');
}

function cells(name: string, { requests, succeeded, refused, failed, unanswered, latency }: RequestSummary): string[] {
  const { p50Millis, p95Millis, p99Millis, maxMillis } = latency;
  return [
    name,
    ...[requests, succeeded, refused, failed, unanswered, p50Millis, p95Millis, p99Millis, maxMillis].map(String),
  ];
}

function align(rows: readonly string[][]): string[] {
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
}
