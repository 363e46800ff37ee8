import { setTimeout } from 'node:timers/promises';
import type { FaultRow } from '../../row.ts';
import { judge, rounded } from './bed/judgement.ts';
import type { ProgramName } from './bed/stack-bed.ts';
import { type DeliveryFault, deliveryRow, STORES, type Stage } from './delivery-row.ts';

export const TITLES = { jaeger: 'Jaeger', prometheus: 'Prometheus', loki: 'Loki' } as const;
export type Store = keyof typeof TITLES;

/** Whatever a store does, the application must not see it: the collector's queue stands between. */
export function judgeUnseen({ checks, load }: Stage): void {
  const { breakerOpened, lost } = load.ledger;
  const sum = Object.values(lost).reduce((total, count) => total + count, 0);
  checks.push(
    judge(
      'I2',
      'the application does not see it: its breaker stays closed and it loses nothing',
      breakerOpened === 0 && sum === 0,
      `breaker opened ${breakerOpened} times, ${sum} spans lost`,
    ),
  );
}

const killed = (store: Store): DeliveryFault => ({
  id: store === 'prometheus' ? 'F45 killed' : `F2 ${store} killed`,
  fault: `${TITLES[store]} is killed with SIGKILL twice under load and started again after 8 s`,
  expected: "The collector's queue waits on disk; nothing that was confirmed is lost",
  typicalSeconds: 60,
  async strike(stage) {
    for (let round = 1; round <= 2; round += 1) {
      await stage.bed.program(store).end('SIGKILL');
      await stage.during(`${store} is killed, round ${round}`, 8);
      await stage.bed.start(store);
      await stage.during('it is back', 4);
    }
    judgeUnseen(stage);
  },
});

/** Stops and continues programs so that they run a tenth of the time. */
async function slowDown(stage: Stage, names: readonly ProgramName[], seconds: number): Promise<void> {
  const end = performance.now() + seconds * 1_000;
  try {
    while (performance.now() < end) {
      for (const name of names) stage.bed.program(name).freeze();
      await setTimeout(900, undefined, { signal: stage.context.signal });
      for (const name of names) stage.bed.program(name).thaw();
      await setTimeout(100, undefined, { signal: stage.context.signal });
    }
  } finally {
    for (const name of names) stage.bed.program(name).thaw();
  }
}

/** Faults of the stores behind a collector that is well. */
export const STORE_ROWS: readonly FaultRow[] = [
  ...(['jaeger', 'prometheus', 'loki'] as const).map((store) => deliveryRow(killed(store))),
  deliveryRow({
    id: 'F3 stores frozen',
    fault:
      'All three stores are stopped with SIGSTOP for 15 s; after 5 s of it the collector is killed and started again',
    expected: 'The queue on disk holds what was accepted over both, and nobody upstream waits',
    typicalSeconds: 80,
    async strike(stage) {
      const { bed } = stage;
      for (const name of STORES) bed.program(name).freeze();
      await stage.during('the stores are frozen', 5);
      await bed.program('collector').end('SIGKILL');
      await bed.start('collector');
      await stage.load.recovery();
      await stage.during('the stores are still frozen', 8);
      stage.figures['requests waiting in the collector'] = await bed.metric('collector', 'otelcol_exporter_queue_size');
      for (const name of STORES) bed.program(name).thaw();
    },
  }),
  deliveryRow({
    id: 'F4 stores slow',
    fault: 'All three stores run 100 ms of every second for 20 s',
    expected: 'The queue takes it up; the application sends as before, and no store is sent a thing twice as a new one',
    typicalSeconds: 60,
    async strike(stage) {
      const healthy = await stage.during('healthy', 5);
      const slow = stage.during('the stores are slow', 20);
      await slowDown(stage, STORES, 20);
      const { requestsPerMinute } = await slow;
      stage.figures['requests a minute, healthy'] = healthy.requestsPerMinute;
      stage.figures['requests a minute, slow'] = requestsPerMinute;
      stage.checks.push(
        judge(
          'I5',
          'the application sends at most 1.1 times the requests that health needs',
          requestsPerMinute <= 1.1 * healthy.requestsPerMinute + 12,
          `${rounded(requestsPerMinute)} a minute, healthy ${rounded(healthy.requestsPerMinute)}`,
        ),
      );
      judgeUnseen(stage);
    },
  }),
];
