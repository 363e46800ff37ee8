import { ExportLoop } from '../src/export-loop/export-loop.ts';
import type { Compress, ExportLoopOptions } from '../src/export-loop/export-loop-options.ts';
import { type LedgerSnapshot, readLedger } from '../src/ledger/read-ledger.ts';
import { allocatePipelineMemory } from '../src/ring/pipeline-memory.ts';
import { SpanPipe } from '../src/span-pipe.ts';
import { numberedSpan, numberedSpanEncoder } from './numbered-span.ts';
import { ScriptedTransport } from './scripted-transport.ts';
import { VirtualTime } from './virtual-time.ts';

export interface LoopPipelineOptions extends Partial<ExportLoopOptions> {
  readonly ringBytes?: number;
  /** Loops of a simulated worker are woken in a turn of their own. */
  readonly notify?: () => void;
}

const asItIs: Compress = (body, _encoding, compressed) => compressed(body);

/** Pipe, ring, ledger and loop over virtual time and a scripted wire; jitter and dice always show 0.5. */
export function createLoopPipeline({ ringBytes = 65_536, notify, ...options }: LoopPipelineOptions = {}) {
  const memory = allocatePipelineMemory(ringBytes, 4_096);
  const time = new VirtualTime();
  const transport = new ScriptedTransport();
  const lines: string[] = [];
  const failures: unknown[] = [];
  let wakings = 0;
  const startLoop = (wire: ScriptedTransport) =>
    new ExportLoop({
      memory,
      transport: wire,
      clock: time,
      timers: time,
      random: () => 0.5,
      compress: asItIs,
      log: (line) => lines.push(line),
      failed: (error) => failures.push(error),
      ...options,
    });
  const pipe = new SpanPipe({
    memory,
    encoder: numberedSpanEncoder,
    notify: () => {
      wakings += 1;
      if (notify === undefined) time.set(() => pipeline.loop.wake(), 0);
      else notify();
    },
  });
  const stream = pipe.stream(
    { schemaUrl: '', attributes: [] },
    { name: 's', version: '', schemaUrl: '', attributes: [] },
  );
  let number = 0;
  const pipeline = {
    memory,
    time,
    transport,
    lines,
    failures,
    pipe,
    stream,
    loop: startLoop(transport),
    startLoop,
    get wakings() {
      return wakings;
    },
    get ledger(): LedgerSnapshot {
      return readLedger(memory);
    },
    /** Ends and offers so many spans. @returns how many the ring took. */
    offer(spans: number, bytes = 100, critical = false): number {
      let taken = 0;
      for (let i = 0; i < spans; i++) {
        pipe.ended(1);
        if (pipe.offer(numberedSpan(number++, bytes), stream, critical) === undefined) taken += 1;
      }
      return taken;
    },
    /** What the ledger cannot account for; NaN where a count is below zero. */
    unaccounted(): number {
      const { ended, sampledOut, accepted, unconfirmed, queued, inflight, lost } = readLedger(memory);
      const losses = Object.values(lost);
      if (Math.min(accepted, unconfirmed, queued, inflight, ...losses) < 0) return Number.NaN;
      return ended - sampledOut - accepted - unconfirmed - queued - inflight - losses.reduce((a, b) => a + b, 0);
    },
  };
  return pipeline;
}
