import type { SinkStep } from '@vigil-internal/otlp-sink';
import type { FaultRow } from '../../row.ts';
import { ledgerClaim, lossesOf, PROBES_ONLY, SLOW_PROBE, sickAnswerRow } from './sick-answer.ts';

const busy = (retryAfter: string | string[]): SinkStep => ({
  kind: 'answer',
  status: 429,
  headers: { 'Retry-After': retryAfter },
});
const inTwentySeconds = () => new Date(Date.now() + 20_000).toUTCString();

/** What a `Retry-After` says, and the most seconds it may hold us: the wait itself, our own back-off of at most 10 s, 1 s. */
const WAITS: readonly (readonly [string, string | string[] | (() => string), number | undefined])[] = [
  ['20', '20', 31],
  ['a date in 20 s', inTwentySeconds, 31],
  ['0', '0', undefined],
  ['-5', '-5', undefined],
  ['soon', 'soon', undefined],
  ['1e12', '1e12', undefined],
  ['twice', ['3', '9'], undefined],
];

/** F6: 429 with a `Retry-After` of every kind. */
const busyRows = WAITS.map(([name, retryAfter, seconds]) =>
  sickAnswerRow(() => busy(typeof retryAfter === 'function' ? retryAfter() : retryAfter), {
    id: `F6 ${name}`,
    fault: `429, Retry-After: ${name === 'twice' ? '3 and 9' : name}`,
    expected:
      seconds === undefined
        ? 'never sooner than the own back-off; what says nothing sensible counts as absent'
        : 'the time it says is waited, and its own back-off after it',
    inSelection: name === '0',
    bounds: seconds === undefined ? PROBES_ONLY : { ...PROBES_ONLY, recoverySeconds: Math.max(37, seconds) },
  }),
);

/** F7: the errors of servers and of what stands in front of them. */
const failingRows = [500, 501, 502, 503, 504].map((status) =>
  sickAnswerRow(
    { kind: 'answer', status },
    {
      id: `F7 ${status}`,
      fault: `answers ${status}`,
      expected:
        status < 502
          ? 'counted 5xx, never sent again; the breaker opens'
          : 'sent again within the budget; the breaker opens',
      inSelection: status === 503,
      bounds: PROBES_ONLY,
    },
  ),
);

/** A wire size that a tenth of a second of this load exceeds, and a small part of it does not. */
const BODY_BYTES = 3_000;

const tooLargeRow = sickAnswerRow(
  { kind: 'limit', bytes: BODY_BYTES, otherwise: { kind: 'answer' } },
  {
    id: 'F8',
    fault: `answers 413 to what is longer than ${BODY_BYTES} bytes`,
    expected: 'never sent again as it is: halved until it fits, the size is remembered; nothing is lost',
    // As many requests as it takes to send the same in small ones.
    bounds: { requests: (_, healthyRequests) => 30 * healthyRequests + 30 },
    also: ledgerClaim('I4', 'nothing is lost to 413', (ledger) => ({
      held: (ledger.lost['413'] ?? 0) === 0,
      seen: lossesOf(ledger),
    })),
  },
);

/** The redirect leads to a place that takes everything: whoever follows it delivers what it does not count as accepted. */
const elsewhere = (status: number): SinkStep => ({
  kind: 'paths',
  paths: { '/elsewhere/v1/traces': { kind: 'answer' } },
  otherwise: { kind: 'answer', status, headers: { Location: '/elsewhere/v1/traces' } },
});

/** F9: refusals that mean us, not the moment. */
const refusedRows = [
  sickAnswerRow(
    { kind: 'answer', status: 400 },
    {
      id: 'F9 400',
      fault: 'answers 400',
      expected: 'counted 4xx, never sent again; says nothing about the next batch',
    },
  ),
  ...[401, 403, 404].map((status) =>
    sickAnswerRow(
      { kind: 'answer', status },
      {
        id: `F9 ${status}`,
        fault: `answers ${status}`,
        expected: 'counted, never sent again; one line, then one request a minute tries whether it still is so',
        bounds: SLOW_PROBE,
      },
    ),
  ),
  ...[301, 307].map((status) =>
    sickAnswerRow(elsewhere(status), {
      id: `F9 ${status}`,
      fault: `answers ${status} with a place that would take everything`,
      expected: 'no redirect is followed: it would take the headers to wherever an answer says',
      bounds: SLOW_PROBE,
    }),
  ),
  sickAnswerRow({ kind: 'answer', status: 204 }, { id: 'F9 204', fault: 'answers 204', expected: 'a success' }),
  sickAnswerRow(
    {
      kind: 'raw',
      bytes: 'HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n'
        .repeat(20)
        .concat('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
    },
    { id: 'F9 103', fault: 'answers 103 twenty times before 200', expected: 'a success' },
  ),
];

export const refusingRows: readonly FaultRow[] = [...busyRows, ...failingRows, tooLargeRow, ...refusedRows];
