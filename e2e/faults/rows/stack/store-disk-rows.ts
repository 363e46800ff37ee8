import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSmallDisk, type SmallDisk } from '../../machine/small-disk.ts';
import type { FaultRow } from '../../row.ts';
import { alertIs } from './bed/alerts.ts';
import { judge } from './bed/judgement.ts';
import type { StackBed } from './bed/stack-bed.ts';
import { type DeliveryFault, deliveryRow, type Stage } from './delivery-row.ts';
import { judgeUnseen, type Store, TITLES } from './store-rows.ts';

const MEBIBYTE = 1_048_576;

interface FullDisk {
  readonly store: Store;
  readonly mebibytes: number;
  readonly typicalSeconds: number;
  readonly expected: string;
  readonly options?: DeliveryFault['options'];
  /** Lets it be full. */
  full(stage: Stage, disk: SmallDisk): Promise<void>;
}

/** Items that the collector gave up, of all signals. */
async function dropped({ bed }: Stage): Promise<number> {
  const families = ['spans', 'metric_points', 'log_records'];
  const counts = families.map((item) => bed.metric('collector', `otelcol_exporter_send_failed_${item}_total`));
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

function diskFull({ store, mebibytes, typicalSeconds, expected, options, full }: FullDisk): FaultRow {
  const disks = new WeakMap<StackBed, SmallDisk>();
  return deliveryRow({
    id: store === 'prometheus' ? 'F45 disk full' : `F43 ${store} disk full`,
    fault: `The disk of ${TITLES[store]} fills up under load; then there is room, and ${TITLES[store]} is killed with SIGKILL and started again`,
    expected,
    typicalSeconds,
    needs: ['root', 'tmpfs'],
    ...(options && { options }),
    prepare: async (bed) => {
      const disk = createSmallDisk(bed.data(store), mebibytes * MEBIBYTE);
      disks.set(bed, disk);
      return async () => disk.remove();
    },
    async strike(stage) {
      const { bed, figures, checks } = stage;
      const disk = disks.get(bed);
      if (disk === undefined) throw new Error(`${store} has no disk of its own`);
      await full(stage, disk);
      const { exit } = bed.program(store);
      figures[`${store} with a full disk`] = exit === undefined ? 'runs' : `ended with ${exit.code ?? exit.signal}`;
      figures['requests waiting in the collector'] = await bed.metric('collector', 'otelcol_exporter_queue_size');
      const items = await dropped(stage);
      checks.push(judge('I4', 'the collector drops nothing: it is told to try again', items === 0, `${items} items`));
      disk.empty();
      await bed.program(store).end('SIGKILL');
      await bed.start(store);
      judgeUnseen(stage);
    },
  });
}

/** Faults of the disks of the stores. */
export const STORE_DISK_ROWS: readonly FaultRow[] = [
  diskFull({
    store: 'jaeger',
    mebibytes: 192,
    typicalSeconds: 40,
    expected: "Jaeger ends, the collector's queue waits; StoreDown tells",
    async full(stage, disk) {
      disk.fill();
      await stage.during('the disk is full', 15);
    },
  }),
  diskFull({
    store: 'loki',
    mebibytes: 64,
    typicalSeconds: 70,
    expected: 'Loki refuses from 90 % on, so that nothing it confirmed is only in memory when the disk is full',
    async full(stage, disk) {
      // Loki looks every 10 s; a disk that fills faster than that costs the lines in between.
      const ballast = join(disk.folder, 'ballast');
      writeFileSync(ballast, Buffer.alloc(60 * MEBIBYTE));
      await stage.during('the disk is 95 % full', 13);
      disk.fill();
      await stage.during('the disk is full', 10);
      rmSync(ballast);
    },
  }),
  diskFull({
    store: 'prometheus',
    mebibytes: 192,
    typicalSeconds: 300,
    expected:
      'PrometheusNotStoring fires. Prometheus 3.15 confirms OTLP requests that it could not write: these are lost',
    options: {
      scrapeSeconds: 2,
      alerting: { evaluationInterval: '1s', hold: { serviceAbsent: '5s', telemetryDown: '5s' } },
    },
    async full(stage, disk) {
      const { bed, context, checks, figures } = stage;
      disk.fill();
      const { seconds } = await alertIs(bed.urls, 'firing', 'PrometheusNotStoring', 120, context.signal);
      figures['told after s'] = Math.round(seconds);
      checks.push(
        judge(
          'I10',
          'PrometheusNotStoring fires although nothing can be written, within 90 s',
          seconds <= 90,
          `after ${Math.round(seconds)} s`,
        ),
      );
    },
  }),
];
