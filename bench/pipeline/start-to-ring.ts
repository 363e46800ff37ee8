// From the start of a span to its bytes in the ring, in a hot loop of one process, nothing sent: CPU of all its threads, which
// are the application's and those of garbage collection. Blocks of a few thousand spans; the ring is emptied between them.
// One kind of span a process: an application has one, and code that sees one kind is compiled for it.
import type { Attributes, Tracer } from '@opentelemetry/api';
import { built, load } from './variants.ts';

const BLOCK = 5_000;
const BLOCKS = 60;
const WARM_UP = 40;
const BATCH_BYTES = 512 * 1024;

interface Row {
  readonly tracer: Tracer;
  /** Makes room in the ring; not measured. */
  readonly drain: () => void;
}

const nothing = () => undefined;
const KEPT = 512;

/** Keeps the last spans, as one that batches would. */
function keeper() {
  const kept: unknown[] = new Array(KEPT).fill(undefined);
  let next = 0;
  return {
    onStart: nothing,
    onEnd(span: unknown) {
      kept[next] = span;
      next = (next + 1) % KEPT;
    },
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  };
}

/** The processor over a ring that nobody sends from. */
async function ring(tailRetention: boolean) {
  const { SpanPipe, createPipelineMemory, createSpanEncoder, readLedger } = await built('otlp-exporter', 'core');
  const { SpanSource } = await built('otlp-exporter', 'export-loop/span-source');
  const { WorkerLedger } = await built('otlp-exporter', 'ledger/worker-ledger');
  const { ResilientSpanProcessor } = await built('span-processor');
  const memory = createPipelineMemory();
  const spans = new SpanPipe({ memory, encoder: createSpanEncoder(), notify: nothing });
  const source = new SpanSource(memory, new WorkerLedger(memory), { batchBytes: BATCH_BYTES, batchMillis: 0 });
  const never = async () => true;
  const ends = { forceFlush: never, shutdown: never, drainSync: () => true };
  const pipeline = { spans, ledger: () => readLedger(memory), ...ends };
  const drain = () => {
    while (source.load(BATCH_BYTES) !== undefined) {
      source.sending();
      source.accepted(0);
    }
  };
  return { processor: new ResilientSpanProcessor({ pipeline, tailRetention }), drain };
}

async function light(processor: unknown, sampler?: unknown): Promise<Tracer> {
  const { LightTracerProvider } = await built('tracer');
  const resource = { attributes: { 'service.name': 'bench' } };
  return new LightTracerProvider({ resource, sampler, processor }).getTracer('bench');
}

async function sampler(options: object): Promise<unknown> {
  const { createConsistentSampler } = await built('span-processor');
  return createConsistentSampler(options);
}

function sdk(processor: unknown): Tracer {
  const { TracerProvider } = load('@opentelemetry/sdk-trace');
  return new TracerProvider({ spanProcessors: [processor] }).getTracer('bench');
}

export const ROWS: Readonly<Record<string, () => Promise<Row>>> = {
  'light span alone': async () => ({ tracer: await light(keeper()), drain: nothing }),
  'light span, to the ring': async () => {
    const { processor, drain } = await ring(false);
    return { tracer: await light(processor, await sampler({ ratio: 1 })), drain };
  },
  'light span, errors + slow + 10 %': async () => {
    const { processor, drain } = await ring(true);
    return { tracer: await light(processor, await sampler({})), drain };
  },
  'SDK span alone': async () => ({ tracer: sdk(keeper()), drain: nothing }),
  'SDK span, to the ring': async () => {
    const { processor, drain } = await ring(false);
    return { tracer: sdk(processor), drain };
  },
};

type MakeSpans = (tracer: Tracer, count: number, first: number, attributes: (index: number) => Attributes) => void;

/** Microseconds a span: the median block, and the best. @throws for a row that is not in the table. */
export async function startToRing(row: string, makeSpans: MakeSpans, attributes: (index: number) => Attributes) {
  const open = ROWS[row];
  if (open === undefined) throw new Error(`no row ${row}`);
  const { tracer, drain } = await open();
  const samples: number[] = [];
  for (let block = -WARM_UP; block < BLOCKS; block += 1) {
    const before = process.cpuUsage();
    makeSpans(tracer, BLOCK, 0, attributes);
    const { user, system } = process.cpuUsage(before);
    drain();
    if (block >= 0) samples.push((user + system) / BLOCK);
  }
  samples.sort((a, b) => a - b);
  return { micros: samples[BLOCKS >> 1], best: samples[0] };
}
