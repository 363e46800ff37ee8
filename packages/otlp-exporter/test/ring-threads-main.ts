// Run by ring-threads.test.ts in a process of its own: two real threads on one ring, the reading one killed again and again.
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { readLedger } from '../src/ledger/read-ledger.ts';
import { settleWorker } from '../src/ledger/settle-worker.ts';
import { WorkerBlock } from '../src/ledger/worker-block.ts';
import { allocatePipelineMemory } from '../src/ring/pipeline-memory.ts';
import { SpanPipe } from '../src/span-pipe.ts';
import { numberedSpan, numberedSpanEncoder } from './numbered-span.ts';

const [, , spans = '40000', kills = '20'] = process.argv;
const memory = allocatePipelineMemory(32_768, 4_096);
const pipe = new SpanPipe({ memory, encoder: numberedSpanEncoder, notify: () => undefined });
const stream = pipe.stream(
  { schemaUrl: '', attributes: [] },
  { name: 's', version: '', schemaUrl: '', attributes: [] },
);
const damages: string[] = [];

function startWorker(): Worker {
  const worker = new Worker(new URL('./ring-threads-worker.ts', import.meta.url), { workerData: memory });
  worker.on('message', (damage: string) => damages.push(damage));
  worker.on('error', (error) => damages.push(String(error)));
  return worker;
}

function check(): void {
  const { ended, accepted, unconfirmed, queued, inflight, lost } = readLedger(memory);
  const losses = Object.values(lost).reduce((sum, count) => sum + count, 0);
  const left = ended - accepted - unconfirmed - queued - inflight - losses;
  if (left !== 0 || queued < 0) damages.push(`${left} spans unaccounted of ${ended}, ${queued} queued`);
}

let worker = startWorker();
let number = 0;
let killed = 0;
let crashed = 0;
while (number < Number(spans)) {
  for (let i = 0; i < 5_000 && number < Number(spans); i++) {
    // Refused spans are lost and counted; the number is used again, so that those in the ring have no gap.
    pipe.ended(1);
    if (pipe.offer(numberedSpan(number, 4 + ((number * 7_919) % 700)), stream, number % 5 === 0) !== undefined) break;
    number += 1;
    if (number % 16 === 0) check();
  }
  check();
  if (killed < Number(kills) && number > ((killed + 1) * Number(spans)) / (Number(kills) + 1)) {
    const dying = worker.terminate();
    await dying;
    check();
    crashed += settleWorker(memory).lost;
    check();
    killed += 1;
    worker = startWorker();
  }
  await turn();
}
const block = new WorkerBlock(memory);
for (let i = 0; i < 100_000 && readLedger(memory).queued > 0; i++) await turn();
worker.postMessage('end');
await once(worker, 'exit');
check();
const { accepted, queued, inflight, lost } = readLedger(memory);
process.stdout.write(
  `${JSON.stringify({ damages, killed, crashed, taken: block.slot(1), accepted, queued, inflight, crashes: lost.worker_crash })}\n`,
);
