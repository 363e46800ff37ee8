import { sickBackendRow } from '../../bed/sick-backend-row.ts';
import type { FaultRow } from '../../row.ts';
import { PROBES_ONLY } from './sick-answer.ts';

const START_EXTRA_MILLIS = 50;
const AWAY_MILLIS = 5_000;

const pause = (millis: number) => new Promise<void>((resolve) => setTimeout(resolve, millis));

/** F1, F2: nobody listens. */
export const awayRows: readonly FaultRow[] = [
  sickBackendRow({
    id: 'F1',
    fault: 'nobody listens from the start (ECONNREFUSED)',
    expected: `the application starts as fast (+${START_EXTRA_MILLIS} ms); the breaker opens after three attempts; what does not fit the ring is counted`,
    inSelection: true,
    fromStart: true,
    bounds: PROBES_ONLY,
    sicken: ({ sink }) => sink.kill(),
    heal: ({ sink }) => sink.restart(),
    also: ({ startMillis: { sick, healthy } }) => [
      {
        invariant: 'I1',
        claim: `it starts at most ${START_EXTRA_MILLIS} ms later than with a healthy backend`,
        // One start each: a claim that can be refuted, and not shown by a single pair.
        verdict: sick - healthy <= START_EXTRA_MILLIS ? 'held' : 'undecided',
        seen: `${sick.toFixed(0)} ms, healthy ${healthy.toFixed(0)}`,
      },
    ],
  }),
  sickBackendRow({
    id: 'F2',
    fault: 'killed (SIGKILL) under load, back on its port at the end',
    expected: 'probes after 5 s, doubling to 30 s; delivers again within one of them',
    bounds: PROBES_ONLY,
    sicken: ({ sink }) => sink.kill(),
    heal: ({ sink }) => sink.restart(),
  }),
  sickBackendRow({
    id: 'F2 5 s',
    fault: `killed (SIGKILL) under load and back after ${AWAY_MILLIS / 1_000} s, all the time compared`,
    expected: 'what was in the ring is delivered; requests as with a healthy one',
    sicken: async ({ sink }) => {
      await sink.kill();
      await pause(AWAY_MILLIS);
      await sink.restart();
    },
  }),
];
