// Requests that a collector gets which does not answer well, in virtual time: the export loop as it is, over a clock, timers and
// a wire of this file's. Spans, metrics and logs come all the time; each seed has other dice.
import { built } from './variants.ts';

const MILLIS = 10 * 60_000;
const SEEDS = 50;

type Outcome =
  | { kind: 'failed'; reason: string; maybeAccepted: boolean }
  | { kind: 'answered'; statusCode: number; retryAfter: undefined; contentType: undefined; body: Uint8Array };

interface Fault {
  readonly name: string;
  readonly afterMillis: number;
  readonly outcome: Outcome;
}

const FAULTS: readonly Fault[] = [
  {
    name: 'refuses connections',
    afterMillis: 1,
    outcome: { kind: 'failed', reason: 'ECONNREFUSED', maybeAccepted: false },
  },
  { name: 'hangs', afterMillis: 5_000, outcome: { kind: 'failed', reason: 'timeout', maybeAccepted: true } },
  {
    name: 'answers 503',
    afterMillis: 20,
    outcome: {
      kind: 'answered',
      statusCode: 503,
      retryAfter: undefined,
      contentType: undefined,
      body: new Uint8Array(0),
    },
  },
];

class VirtualTime {
  now = 0;
  #timers = new Set<{ at: number; callback: () => void }>();

  monotonicMillis = () => this.now;
  epochMillis = () => 1_800_000_000_000 + this.now;
  set = (callback: () => void, millis: number) => {
    const timer = { at: this.now + Math.max(0, millis), callback };
    this.#timers.add(timer);
    return timer;
  };
  clear = (timer: unknown) => void this.#timers.delete(timer as { at: number; callback: () => void });

  run(until: number): void {
    for (;;) {
      let next: { at: number; callback: () => void } | undefined;
      for (const timer of this.#timers) if (next === undefined || timer.at < next.at) next = timer;
      if (next === undefined || next.at > until) break;
      this.#timers.delete(next);
      this.now = next.at;
      next.callback();
    }
    this.now = until;
  }
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}

async function requestsIn(fault: Fault, seed: number): Promise<number> {
  const { ExportLoop, SpanPipe, createPipelineMemory, createSpanEncoder, readLedger } = await built(
    'otlp-exporter',
    'core',
  );
  const time = new VirtualTime();
  const memory = createPipelineMemory({ ringBytes: 1024 * 1024 });
  let requests = 0;
  const transport = {
    send(_attempt: unknown, settled: (outcome: Outcome) => void) {
      requests += 1;
      time.set(() => settled(fault.outcome), fault.afterMillis);
    },
    close: () => undefined,
  };
  const asItIs = (body: Uint8Array, _: unknown, compressed: (bytes: Uint8Array) => void) => compressed(body);
  const quiet = () => undefined;
  const rest = { random: seeded(seed), compress: asItIs, log: quiet, failed: quiet };
  const loop = new ExportLoop({ memory, transport, clock: time, timers: time, ...rest });
  const pipe = new SpanPipe({ memory, encoder: createSpanEncoder(), notify: () => time.set(() => loop.wake(), 0) });
  const stream = pipe.stream(
    { schemaUrl: '', attributes: [] },
    { name: 's', version: '', schemaUrl: '', attributes: [] },
  );
  for (let at = 0; at < MILLIS; at += 100) {
    for (let spans = 0; spans < 10; spans += 1) {
      pipe.ended(1);
      pipe.offer(SPAN, stream, false);
    }
    if (at % 5_000 === 0)
      for (const signal of ['metrics', 'logs']) loop.submit(signal, new Uint8Array(2_000), 10, quiet);
    time.run(at + 100);
  }
  const { ended, lost, unconfirmed, queued, inflight } = readLedger(memory);
  const losses = Object.values(lost as Record<string, number>).reduce((sum, count) => sum + count, 0);
  if (ended !== losses + unconfirmed + queued + inflight) throw new Error(`${ended} spans do not add up`);
  return requests;
}

const SPAN = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  parentSpanId: '',
  traceState: '',
  flags: 1,
  name: 'GET /orders/:id',
  kind: 2,
  startSeconds: 1_800_000_000,
  startNanos: 1,
  endSeconds: 1_800_000_001,
  endNanos: 2,
  attributes: ['http.request.method', 'GET', 'http.route', '/orders/:id', 'http.response.status_code', 200],
  droppedAttributesCount: 0,
  events: [],
  droppedEventsCount: 0,
  links: [],
  droppedLinksCount: 0,
  statusCode: 0,
  statusMessage: '',
};

/** One row a fault: requests of all three signals in ten minutes, over all seeds. */
export async function requestsToDeadCollector() {
  const rows = [];
  for (const fault of FAULTS) {
    const counts: number[] = [];
    for (let seed = 1; seed <= SEEDS; seed += 1) counts.push(await requestsIn(fault, seed));
    counts.sort((a, b) => a - b);
    rows.push({
      'the collector': fault.name,
      least: counts[0],
      median: counts[SEEDS >> 1],
      most: counts[SEEDS - 1],
      seeds: SEEDS,
    });
  }
  return rows;
}
