import { HEALTHY, type SinkStep } from '@vigil-internal/otlp-sink';
import { sickBackendRow } from '../../bed/sick-backend-row.ts';
import type { Toxics } from '../../proxy/toxic.ts';
import type { FaultRow } from '../../row.ts';
import { ledgerClaim, lossesOf, PROBES_ONLY, sickAnswerRow } from './sick-answer.ts';
import { throughProxy } from './way.ts';

interface Broken {
  readonly id: string;
  readonly fault: string;
  readonly expected: string;
  readonly toxics: Toxics;
}

const brokenRow = ({ toxics, ...row }: Broken): FaultRow =>
  sickBackendRow({
    ...row,
    route: throughProxy,
    bounds: PROBES_ONLY,
    sicken: ({ route }) => route.proxy.set(toxics),
    heal: ({ route }) => route.proxy.set({}),
  });

/** F15: a connection that breaks, at every point of an exchange. */
const resetRows: readonly FaultRow[] = [
  brokenRow({
    id: 'F15 at the first byte',
    fault: 'the connection is reset when the first byte of a request comes',
    expected: 'sent again within the budget, then counted ECONNRESET or kept in the ring; the breaker opens',
    toxics: { upstream: [{ kind: 'reset_peer', timeoutMillis: 0 }] },
  }),
  brokenRow({
    id: 'F15 mid-body',
    fault: 'the connection is reset after 1 to 4,000 bytes of a request, drawn for each connection',
    expected: 'as at the first byte: a receiver can do nothing with half a body',
    toxics: { upstream: [{ kind: 'limit_data', bytes: { from: 1, to: 4_000 }, reset: true }] },
  }),
  sickAnswerRow(
    { kind: 'reset', after: 'request' },
    {
      id: 'F15 before the answer',
      fault: 'takes the request, then resets the connection',
      expected: 'unconfirmed where it is not sent again; the sink sees no more again than was sent again',
      bounds: PROBES_ONLY,
    },
  ),
  sickAnswerRow(
    { kind: 'reset', after: 'half-answer' },
    {
      id: 'F15 half an answer',
      fault: 'takes the request, answers 200 and resets the connection in the body',
      expected: 'the status stands: accepted',
    },
  ),
  brokenRow({
    id: 'F15 in the answer',
    fault: 'the connection is closed after 1 to 150 bytes of an answer, drawn for each connection',
    expected: 'with a status line it stands, without one its spans are unconfirmed',
    toxics: { downstream: [{ kind: 'limit_data', bytes: { from: 1, to: 150 } }] },
  }),
];

/** Three failures in a row would open the breaker, and end the sweep after a handful: every second request is answered. */
const BREAKS = [
  ...[0, 1, 100, 500, 1_000, 2_000].map((bytes): SinkStep => ({ kind: 'cut', bytes })),
  ...(['request', 'half-answer'] as const).map((after): SinkStep => ({ kind: 'reset', after })),
];

const sweepRow = sickAnswerRow(
  { kind: 'cycle', steps: BREAKS.flatMap((step) => [step, HEALTHY]) },
  {
    id: 'F15 every other',
    fault: 'every second connection or request breaks: after 0 to 2,000 bytes, before the answer, in its body, in turn',
    expected: 'each is sent again within the budget or counted; nothing is counted twice',
    bounds: { requests: (_, healthyRequests) => Math.ceil(1.1 * healthyRequests) + 30 },
  },
);

/** Around the tenth of a second after which the next batch leaves. */
const IDLE_CLOSES = [1, 60, 90, 95, 98, 100, 102, 110];

/** F16: the server closes a kept connection about when the next request begins. */
const staleRows: readonly FaultRow[] = [
  sickAnswerRow(
    { kind: 'cycle', steps: IDLE_CLOSES.map((closeAfterMillis) => ({ kind: 'answer', closeAfterMillis })) },
    {
      id: 'F16',
      fault:
        'closes each connection 1 to 110 ms after its answer without having said so, just when the next batch leaves',
      expected:
        'a request of which nothing was written goes out once more on a new connection; the breaker stays closed',
      // Every answer ends a connection, and a request on its way then is one attempt more.
      bounds: { requests: (_, healthyRequests) => 2 * healthyRequests + 30 },
      also: ledgerClaim('I4', 'nothing is lost', (ledger) => ({
        held: Object.values(ledger.lost).every((count) => count === 0),
        seen: `${lossesOf(ledger)}, ${ledger.unconfirmed} unconfirmed, breaker opened ${ledger.breakerOpened} times`,
      })),
    },
  ),
];

/** Ways that are only slow: nothing may be lost, and nothing is a reason to open the breaker. */
const slowWayRows: readonly FaultRow[] = [
  sickBackendRow({
    id: 'F4 latency',
    fault: 'the way there and back takes 300 ms more, ± 100',
    expected: 'everything is delivered',
    route: throughProxy,
    sicken: ({ route }) =>
      route.proxy.set({
        upstream: [{ kind: 'latency', latencyMillis: 150, jitterMillis: 50 }],
        downstream: [{ kind: 'latency', latencyMillis: 150, jitterMillis: 50 }],
      }),
    heal: async ({ route, sink }) => {
      await route.proxy.set({});
      await sink.behave(HEALTHY);
    },
  }),
  sickBackendRow({
    id: 'F15 slices',
    fault: 'every byte comes alone in pieces of 100, with 1 ms after each',
    expected: 'as slow as the way is: what does not fit the ring meanwhile is counted',
    route: throughProxy,
    sicken: ({ route }) => route.proxy.set({ upstream: [{ kind: 'slicer', averageBytes: 100, delayMillis: 1 }] }),
    heal: ({ route }) => route.proxy.set({}),
  }),
];

export const brokenRows: readonly FaultRow[] = [...resetRows, sweepRow, ...staleRows, ...slowWayRows];
