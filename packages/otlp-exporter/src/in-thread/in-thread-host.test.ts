import { expect, test } from '@jest/globals';
import type { TimerHandle } from '../clock.ts';
import { createSpanEncoder } from '../encode/span-encoder.ts';
import type { SpanRecord } from '../encode/span-record.ts';
import { readLedger } from '../ledger/read-ledger.ts';
import { createPipelineMemory } from '../ring/pipeline-memory.ts';
import { SpanPipe } from '../span-pipe.ts';
import type { Transport } from '../transport/transport.ts';
import type { ExportPlatform } from '../worker/export-platform.ts';
import type { ExportSettings } from '../worker/export-settings.ts';
import { InThreadHost } from './in-thread-host.ts';

const SPAN: SpanRecord = {
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  parentSpanId: '',
  traceState: '',
  flags: 1,
  name: 'GET /',
  kind: 2,
  startSeconds: 1,
  startNanos: 0,
  endSeconds: 2,
  endNanos: 0,
  attributes: [],
  droppedAttributesCount: 0,
  events: [],
  droppedEventsCount: 0,
  links: [],
  droppedLinksCount: 0,
  statusCode: 0,
  statusMessage: '',
};

/** A machine whose time the test moves and whose wire does what the test says. */
function setUp(send: Transport['send']) {
  let now = 0;
  let timers: { readonly at: number; readonly callback: () => void }[] = [];
  const set = (callback: () => void, millis: number) => {
    const timer = { at: now + millis, callback };
    timers.push(timer);
    return timer;
  };
  const clear = (handle: TimerHandle) => {
    timers = timers.filter((timer) => timer !== handle);
  };
  const pass = (millis: number) => {
    const end = now + millis;
    for (;;) {
      const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      now = Math.max(now, next.at);
      clear(next);
      next.callback();
    }
    now = end;
  };
  const platform = {
    clock: { monotonicMillis: () => now, epochMillis: () => now },
    random: () => 0.5,
    timers: { set, clear },
    awaitedTimers: { set, clear },
    soon: (callback: () => void) => void set(callback, 0),
    createTransport: (): Transport => ({ send, close: () => undefined }),
  } as unknown as ExportPlatform;
  const url = 'http://collector:4318/v1/traces';
  const settings = { endpoints: { traces: { url, compression: 'none' } }, breaker: {}, backOff: {}, limits: {} };
  const memory = createPipelineMemory({ ringBytes: 65_536 });
  const log: string[] = [];
  const host = new InThreadHost({
    platform,
    memory,
    settings: settings as unknown as ExportSettings,
    log: (line) => void log.push(line),
    attempted: () => undefined,
  });
  const pipe = new SpanPipe({ memory, encoder: createSpanEncoder(), notify: () => host.notify() });
  const stream = pipe.stream(
    { schemaUrl: '', attributes: [] },
    { name: 't', version: '', schemaUrl: '', attributes: [] },
  );
  const end = (spans: number) => {
    for (let span = 0; span < spans; span += 1) {
      pipe.ended(1);
      pipe.offer(SPAN, stream, false);
    }
  };
  /** What no producer writes. */
  const breakRing = () => void new Int32Array(memory.ring).fill(0x3fff_ffff);
  return { host, end, pass, log, breakRing, ledger: () => readLedger(memory) };
}

const ACCEPT: Transport['send'] = (_, settled) =>
  queueMicrotask(() =>
    settled({
      kind: 'answered',
      statusCode: 200,
      retryAfter: undefined,
      contentType: undefined,
      body: new Uint8Array(0),
    }),
  );

test('a loop that meets a broken ring costs what stood there; a new one delivers what comes then', async () => {
  const { host, end, pass, log, breakRing, ledger } = setUp(ACCEPT);
  end(10);
  breakRing();
  pass(200);
  expect(log).toEqual([expect.stringMatching(/^the export loop ended \(ring: .*\): 0 spans lost, 0 unconfirmed$/)]);
  expect(ledger()).toMatchObject({ ended: 10, lost: { worker_crash: 10 }, queued: 0 });
  end(5);
  pass(200);
  await null;
  expect(ledger()).toMatchObject({ ended: 15, accepted: 5, queued: 0, inflight: 0 });
  await host.shutdown(0);
});

test('the fourth failure within a minute waits for the minute to pass; spans wait in the ring', async () => {
  const { end, pass, ledger, host, log, breakRing } = setUp(ACCEPT);
  for (let failure = 1; failure <= 4; failure += 1) {
    end(1);
    breakRing();
    pass(200);
  }
  expect(log).toHaveLength(4);
  end(3);
  pass(1_000);
  await null;
  expect(ledger()).toMatchObject({ accepted: 0, queued: 3, lost: { worker_crash: 4 } });
  pass(60_000);
  await null;
  expect(ledger()).toMatchObject({ accepted: 3, queued: 0 });
  await host.shutdown(0);
});

test('afterwards every question has an answer at once, and what was left is not forgotten', async () => {
  const { host, end, ledger } = setUp(() => undefined);
  end(2);
  expect(host.drainSync()).toBe(false);
  expect(host.drainSync()).toBe(false);
  expect(ledger()).toMatchObject({ ended: 2, lost: { shutdown_deadline: 2 }, queued: 0, inflight: 0 });
  expect(await host.flush(1_000)).toBe(true);
  const outcome = await new Promise((resolve) => host.submit('logs', new Uint8Array(1), 1, resolve));
  expect(outcome).toEqual({ kind: 'lost', reason: 'already_shutdown' });
});
