import { closeSync, mkdirSync, openSync, readdirSync, renameSync, statSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultRow, RowContext, RowOutcome } from '../../row.ts';
import { judge, rounded } from './bed/judgement.ts';
import { SignalSender } from './bed/signal-sender.ts';
import { StackBed } from './bed/stack-bed.ts';
import { storedItems } from './bed/stored.ts';
import { pause, until } from './bed/waiting.ts';

const LOAD_SECONDS = 4;
const STARTED_SECONDS_MAXIMUM = 20;

function overwrite(path: string, position: number, length: number): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(length, 0xa5), 0, length, position);
  closeSync(file);
}

const DAMAGES = [
  { word: 'head', what: 'the first two pages are overwritten', make: (path: string) => overwrite(path, 0, 8_192) },
  {
    word: 'middle',
    what: 'all pages after the fourth are overwritten',
    make: (path: string, size: number) => overwrite(path, 16_384, size - 16_384),
  },
  {
    word: 'cut',
    what: 'all but the first five pages are gone',
    make: (path: string) => truncateSync(path, 20_480),
  },
] as const;

const queueFiles = (bed: StackBed): string[] => {
  const folder = join(bed.data('collector'), 'queue');
  return readdirSync(folder)
    .filter((name) => /^exporter_\w+$/.test(name))
    .map((name) => join(folder, name));
};

/** Metrics and logs for some seconds; resolves to how many items were accepted when all of them are stored. */
async function deliver(bed: StackBed, { signal }: RowContext): Promise<number> {
  const from = Date.now();
  const sender = new SignalSender(bed.urls.otlp);
  await pause(LOAD_SECONDS, signal);
  await sender.stop();
  for (const kind of ['metrics', 'logs'] as const) {
    await until(`all accepted ${kind} are stored`, 90, signal, async () => {
      const stored = await storedItems(bed.urls, kind, from);
      return [...sender.ledgers[kind].accepted].every((id) => stored.has(id)) ? true : undefined;
    });
  }
  return sender.ledgers.metrics.accepted.size + sender.ledgers.logs.accepted.size;
}

/** Something waits in every queue when the collector is killed, so that its files have pages that matter. */
async function fillQueue(bed: StackBed, { signal }: RowContext): Promise<void> {
  for (const name of ['prometheus', 'loki'] as const) bed.program(name).freeze();
  const sender = new SignalSender(bed.urls.otlp);
  await pause(LOAD_SECONDS, signal);
  await sender.stop();
  await bed.program('collector').end('SIGKILL');
  for (const name of ['prometheus', 'loki'] as const) bed.program(name).thaw();
}

/** How a start ended: ready, or the line that says why not. */
async function start(bed: StackBed): Promise<{ isReady: boolean; seen: string }> {
  const collector = bed.program('collector');
  const before = collector.log().length;
  try {
    return { isReady: true, seen: `ready after ${rounded(await collector.start())} s` };
  } catch {
    const said = /^(Error|panic): .*$/m.exec(collector.log().slice(before))?.[0] ?? 'nothing';
    return { isReady: false, seen: `${collector.exit?.code ?? collector.exit?.signal}, "${said.slice(0, 120)}"` };
  }
}

async function run(context: RowContext, damage: (path: string, size: number) => void): Promise<RowOutcome> {
  const bed = await StackBed.open(context);
  try {
    await bed.start('prometheus', 'loki', 'collector');
    const before = await deliver(bed, context);
    await fillQueue(bed, context);
    const files = queueFiles(bed);
    for (const path of files) damage(path, statSync(path).size);
    const began = performance.now();
    const first = await start(bed);
    const seconds = rounded((performance.now() - began) / 1_000);
    if (!first.isReady) {
      // As the runbook of CollectorDown says.
      const aside = join(bed.data('collector'), 'queue-damaged');
      mkdirSync(aside);
      for (const path of files) renameSync(path, join(aside, path.slice(path.lastIndexOf('/') + 1)));
    }
    const second = first.isReady ? first : await start(bed);
    const after = second.isReady ? await deliver(bed, context) : 0;
    return {
      checks: [
        judge(
          'I10',
          `within ${STARTED_SECONDS_MAXIMUM} s it starts, or ends with an error: it never runs without a queue`,
          seconds <= STARTED_SECONDS_MAXIMUM,
          `after ${seconds} s: ${first.seen}`,
        ),
        judge(
          'I6',
          'it starts by itself, or with the files put aside as the runbook says',
          second.isReady,
          second.seen,
        ),
        judge('I4', 'everything accepted from then on is stored', after > 0, `${before} items before, ${after} after`),
      ],
      figures: { 'starts by itself': first.isReady ? 'yes' : 'no', 'items stored after': after },
    };
  } finally {
    await bed.dispose();
  }
}

/** Damage to the files of the collector's queue. With `fsync`, a power cut alone does none. */
export const QUEUE_FILE_ROWS: readonly FaultRow[] = DAMAGES.map(({ word, what, make }) => ({
  id: `F43 queue file ${word}`,
  fault: `The collector is killed with data waiting, in every queue file ${what}, and it is started again`,
  load: '25 points and 25 log lines a second before and after',
  expected: 'It starts, or ends at once and says why; with the files put aside it takes data again',
  needs: ['stack'],
  subjects: ['vigil'],
  inSelection: false,
  typicalSeconds: 40,
  run: (context) => run(context, make),
}));
