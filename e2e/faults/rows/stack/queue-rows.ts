import { statSync } from 'node:fs';
import { join } from 'node:path';
import { createSmallDisk, type SmallDisk } from '../../machine/small-disk.ts';
import type { FaultRow, RowContext } from '../../row.ts';
import { flood } from './bed/flood.ts';
import { judge, rounded } from './bed/judgement.ts';
import type { StackBed } from './bed/stack-bed.ts';
import { until, within } from './bed/waiting.ts';
import { deliveryRow, STORES, type Stage } from './delivery-row.ts';

const MEBIBYTE = 1_048_576;
/** The online compaction of the file begins at 100 MiB and needs room. */
const FILE_MEBIBYTES = 160;
const disks = new WeakMap<StackBed, SmallDisk>();

/** Puts the collector's state on a disk of its own. */
function queueOnDiskOf(mebibytes: number): (bed: StackBed, context: RowContext) => Promise<() => Promise<void>> {
  return async (bed) => {
    const disk = createSmallDisk(bed.data('collector'), mebibytes * MEBIBYTE);
    disks.set(bed, disk);
    return async () => disk.remove();
  };
}

function diskOf(bed: StackBed): SmallDisk {
  const disk = disks.get(bed);
  if (disk === undefined) throw new Error('the collector has no disk of its own');
  return disk;
}

const killStores = ({ bed }: Stage) => Promise.all(STORES.map((name) => bed.program(name).end('SIGKILL')));

/** Items that its queues turned away, of all signals. */
async function turnedAway({ bed }: Stage): Promise<number> {
  const families = ['spans', 'metric_points', 'log_records'];
  const counts = families.map((item) => bed.metric('collector', `otelcol_exporter_enqueue_failed_${item}_total`));
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

const lostText = (lost: Readonly<Record<string, number>>): string =>
  Object.entries(lost)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `${count} × ${reason}`)
    .join(', ') || 'nothing lost';

/** What has to be true of a collector whose queue cannot take more. */
async function judgeRefusal(stage: Stage, before: number): Promise<void> {
  const away = (await turnedAway(stage)) - before;
  const statuses = [
    ...stage.load.sender.ledgers.logs.refused.keys(),
    ...stage.load.sender.ledgers.metrics.refused.keys(),
  ];
  const { lost } = stage.load.ledger;
  stage.figures['items turned away, counted by the collector'] = away;
  stage.checks.push(
    judge('I10', 'what the queue turns away is counted: CollectorQueueOverflowing sees it', away > 0, `${away} items`),
    judge(
      'I5',
      'it refuses with 503, which a sender may try again, and with nothing else',
      statuses.length > 0 && statuses.every((status) => status === 503),
      `answers ${[...new Set(statuses)].join(', ') || 'none'}; the application has counted ${lostText(lost)}`,
    ),
  );
}

/** Faults of the collector's queue on disk. */
export const QUEUE_ROWS: readonly FaultRow[] = [
  deliveryRow({
    id: 'F43 disk full',
    fault: 'Every store is killed and the disk of the queue fills up; later the stores come back, then there is room',
    expected: 'The collector refuses with 503 and counts; what it took arrives; it takes again when there is room',
    typicalSeconds: 110,
    needs: ['root', 'tmpfs'],
    prepare: queueOnDiskOf(64),
    async strike(stage) {
      const { bed, context, figures, checks } = stage;
      await killStores(stage);
      await stage.during('the stores are killed', 3);
      const before = await turnedAway(stage);
      diskOf(bed).fill();
      await stage.during('the disk is full', 15);
      await judgeRefusal(stage, before);
      const { exit } = bed.program('collector');
      checks.push(
        judge(
          'I1',
          'the collector lives on with a full disk',
          exit === undefined,
          exit === undefined ? 'it runs' : JSON.stringify(exit),
        ),
      );
      await bed.start(...STORES);
      const drained = await within(45, context.signal, async () =>
        (await bed.metric('collector', 'otelcol_exporter_queue_size')) === 0 ? true : undefined,
      );
      figures['drained with the disk still full, s'] = drained === undefined ? 'no' : rounded(drained.seconds);
      figures['requests that still wait'] = await bed.metric('collector', 'otelcol_exporter_queue_size');
      diskOf(bed).empty();
    },
  }),
  deliveryRow({
    id: 'F43 read-only',
    fault:
      'The collector is stopped, its disk turns read-only, it is started; later the disk is writable and it is started again',
    expected: 'It says that it cannot keep a queue and does not start, rather than accept what it cannot keep',
    typicalSeconds: 70,
    needs: ['root', 'tmpfs'],
    prepare: queueOnDiskOf(64),
    async strike(stage) {
      const { bed, checks } = stage;
      const collector = bed.program('collector');
      await killStores(stage);
      await stage.during('the stores are killed', 3);
      await collector.end('SIGTERM');
      diskOf(bed).protect();
      collector.launch();
      const exit = await collector.endsItself(30);
      checks.push(
        judge(
          'I10',
          'it ends with an error that names the folder',
          exit.code !== 0 && /read-only file system/i.test(collector.logTail()),
          `exit code ${exit.code}: ${/[^"\n]*read-only file system[^"\n]*/i.exec(collector.logTail())?.[0]?.slice(0, 160) ?? 'no such line'}`,
        ),
      );
      await stage.during('it does not run', 5);
      diskOf(bed).release();
      await bed.start(...STORES, 'collector');
    },
  }),
  deliveryRow({
    id: 'F43 queue full',
    fault: 'Every store is killed and the queue is full at its bound of 20 requests a signal',
    expected: 'Refused with 503 and counted; what was taken arrives when the stores are back',
    typicalSeconds: 60,
    options: { settings: { VIGIL_COLLECTOR_QUEUE_SIZE: '20' } },
    async strike(stage) {
      const before = await turnedAway(stage);
      await killStores(stage);
      await stage.during('the stores are killed', 15);
      await judgeRefusal(stage, before);
      await stage.bed.start(...STORES);
    },
  }),
  deliveryRow({
    id: 'F43 file full',
    fault: `Every store is killed, and the file of the logs' queue is full at its bound of ${FILE_MEBIBYTES} MiB`,
    expected: 'Refused with 503 and counted; what was taken arrives when the stores are back',
    typicalSeconds: 90,
    options: { settings: { VIGIL_COLLECTOR_QUEUE_MAX_BYTES: String(FILE_MEBIBYTES * MEBIBYTE) } },
    async strike(stage) {
      const { bed, context, figures, checks } = stage;
      const file = join(bed.data('collector'), 'queue/exporter_otlp_http_logs_logs');
      const before = await turnedAway(stage);
      await killStores(stage);
      const stop = new AbortController();
      const { statuses, done } = flood(bed.urls.otlp, AbortSignal.any([stop.signal, context.signal]), 2);
      const full = await until('the file is full', 120, context.signal, async () =>
        (await turnedAway(stage)) > before ? true : undefined,
      ).finally(() => stop.abort());
      await done;
      figures['full after s'] = rounded(full.seconds);
      figures['flood answers'] = [...statuses].map(([status, count]) => `${count} × ${status}`).join(', ');
      await stage.during('the file is full', 5);
      await judgeRefusal(stage, before);
      const size = statSync(file).size / MEBIBYTE;
      checks.push(judge('I3', 'the file does not grow past its bound', size <= FILE_MEBIBYTES, `${rounded(size)} MiB`));
      await bed.start(...STORES);
    },
  }),
];
