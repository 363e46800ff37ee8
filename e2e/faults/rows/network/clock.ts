import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenRoute, Route } from '../../bed/backend.ts';
import { sickBackendRow } from '../../bed/sick-backend-row.ts';
import { createWallClock, type WallClock } from '../../machine/wall-clock.ts';
import type { FaultRow } from '../../row.ts';
import { undisturbed } from './sick-answer.ts';

/** The application's wall clock is ours; its monotonic one is not. */
interface ClockWay extends Route {
  readonly clock: WallClock;
  /** Ends a clock that goes wrong step by step. */
  steps: NodeJS.Timeout | undefined;
}

const withClock: OpenRoute<ClockWay> = async (sink, { folder }) => {
  const clock = createWallClock(mkdtempSync(join(folder, 'clock-')));
  const way: ClockWay = {
    url: sink.url,
    environment: clock.environment,
    clock,
    steps: undefined,
    close: async () => {
      clearInterval(way.steps);
      clock.close();
    },
  };
  return way;
};

const HOUR_MILLIS = 3_600_000;
const DECADE_MILLIS = 10 * 365.25 * 24 * HOUR_MILLIS;

interface Jump {
  readonly id: string;
  readonly fault: string;
  readonly millis: number;
}

const jumpRow = ({ id, fault, millis }: Jump): FaultRow =>
  sickBackendRow({
    id,
    fault,
    expected: 'nothing is lost, the breaker stays closed: deadlines, waits and the budget are on the monotonic clock',
    needs: ['compiler'],
    route: withClock,
    sicken: async ({ route }) => route.clock.set(millis),
    heal: async ({ route }) => route.clock.set(0),
    also: undisturbed,
  });

const SLEW_MILLIS = 100;
const SLEW_PART = 0.2;

const slewRow = sickBackendRow({
  id: 'F17 slew',
  fault: 'the wall clock goes a fifth too slow (NTP pulls it back), then a fifth too fast, ten times a second',
  expected: 'as a jump',
  needs: ['compiler'],
  route: withClock,
  sicken: async ({ route }) => {
    const sinceMillis = performance.now();
    route.steps = setInterval(() => {
      const seconds = (performance.now() - sinceMillis) / 1_000;
      // Ten seconds back, ten seconds forward.
      const away = Math.abs(((seconds + 10) % 20) - 10);
      route.clock.set(-away * 1_000 * SLEW_PART);
    }, SLEW_MILLIS);
  },
  heal: async ({ route }) => {
    clearInterval(route.steps);
    route.clock.set(0);
  },
  also: undisturbed,
});

const SUSPENDED_MILLIS = 10_000;
const STALLED_MILLIS = 5_000;
const pause = (millis: number) => new Promise<void>((resolve) => setTimeout(resolve, millis));

/** F17, F18: clocks that jump, an application that stands still. */
export const clockRows: readonly FaultRow[] = [
  jumpRow({ id: 'F17 +1 h', fault: 'the wall clock jumps an hour forward under load', millis: HOUR_MILLIS }),
  jumpRow({ id: 'F17 -1 h', fault: 'the wall clock jumps an hour back under load', millis: -HOUR_MILLIS }),
  jumpRow({ id: 'F17 +10 y', fault: 'the wall clock jumps ten years forward under load', millis: DECADE_MILLIS }),
  jumpRow({ id: 'F17 -10 y', fault: 'the wall clock jumps ten years back under load', millis: -DECADE_MILLIS }),
  slewRow,
  sickBackendRow({
    id: 'F17 suspended',
    fault: `the application is suspended for ${SUSPENDED_MILLIS / 1_000} s (SIGSTOP) under load, and resumed`,
    expected: 'what was on its way may be unconfirmed; it goes on as before',
    sicken: async (_, application) => {
      application?.signal('SIGSTOP');
      await pause(SUSPENDED_MILLIS);
      application?.signal('SIGCONT');
    },
    heal: async () => undefined,
  }),
  sickBackendRow({
    id: 'F18',
    fault: `the application's event loop stands still for ${STALLED_MILLIS / 1_000} s under load`,
    expected: 'the worker goes on exporting, nothing takes the silence for a fault, no timers burst after it',
    sickOnly: {
      flags: ['--import', join(import.meta.dirname, '../../machine/preloads/stall.mjs')],
      environment: { BED_STALL_MILLIS: String(STALLED_MILLIS) },
    },
    sicken: async (_, application) => {
      application?.signal('SIGUSR2');
      await pause(STALLED_MILLIS);
    },
    heal: async () => undefined,
    also: undisturbed,
  }),
];
