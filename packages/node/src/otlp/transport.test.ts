import { gunzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import type { ExportResponse } from '@opentelemetry/otlp-exporter-base';
import { RetryGate } from './retry.ts';
import { createTransport, type TransportOptions } from './transport.ts';

const SUCCESS: ExportResponse = { status: 'success' };
const RETRYABLE: ExportResponse = { status: 'retryable', error: new Error('HTTP 503') };
const BODY = new Uint8Array([1, 2, 3]);

/** A gate through which time passes at once, and a clock that it moves. */
function setUp(outcomes: ExportResponse[], options: Partial<TransportOptions> = {}) {
  let nowMillis = 0;
  const waits: number[] = [];
  const timeouts: number[] = [];
  const bodies: Uint8Array[] = [];
  const gate = new RetryGate();
  gate.wait = (millis) => {
    waits.push(millis);
    nowMillis += millis;
    return Promise.resolve(true);
  };
  const transport = createTransport({
    post: (body, timeoutMillis) => {
      bodies.push(body);
      timeouts.push(timeoutMillis);
      return Promise.resolve(outcomes.shift() ?? SUCCESS);
    },
    compression: 'none',
    gate,
    nowMillis: () => nowMillis,
    random: () => 0.5,
    ...options,
  });
  return { transport, waits, timeouts, bodies, gate };
}

test('a refusal is not tried again', async () => {
  const refused: ExportResponse = { status: 'failure', error: new Error('HTTP 400') };
  const { transport, timeouts } = setUp([refused]);
  expect(await transport.send(BODY, 10_000)).toBe(refused);
  expect(timeouts).toEqual([10_000]);
});

test('an attempt gets what is left of the time for the batch', async () => {
  const { transport, waits, timeouts } = setUp([RETRYABLE, RETRYABLE]);
  expect(await transport.send(BODY, 10_000)).toBe(SUCCESS);
  expect(waits).toEqual([1_000, 1_500]);
  expect(timeouts).toEqual([10_000, 9_000, 7_500]);
});

test('the sixth attempt is the last', async () => {
  const { transport, timeouts } = setUp(Array(10).fill(RETRYABLE));
  expect(await transport.send(BODY, 1_000_000)).toBe(RETRYABLE);
  expect(timeouts).toHaveLength(6);
});

test('it gives up when the delay would end after the deadline, not when just before', async () => {
  const late = setUp([RETRYABLE]);
  expect(await late.transport.send(BODY, 1_000)).toBe(RETRYABLE);
  expect(late.waits).toEqual([]);
  const early = setUp([RETRYABLE]);
  expect(await early.transport.send(BODY, 1_001)).toBe(SUCCESS);
});

test('the delay the collector asks for wins', async () => {
  const { transport, waits } = setUp([{ ...RETRYABLE, retryInMillis: 4_000 } as ExportResponse]);
  await transport.send(BODY, 10_000);
  expect(waits).toEqual([4_000]);
});

test('a closed gate ends the attempts', async () => {
  const { transport, gate } = setUp([RETRYABLE]);
  gate.wait = () => Promise.resolve(false);
  expect(await transport.send(BODY, 10_000)).toBe(RETRYABLE);
});

test('a batch is compressed once for all attempts', async () => {
  const { transport, bodies } = setUp([RETRYABLE], { compression: 'gzip' });
  await transport.send(BODY, 10_000);
  transport.shutdown();
  expect(bodies).toHaveLength(2);
  expect(bodies[0]).toBe(bodies[1]);
  expect([...gunzipSync(bodies[0] ?? BODY)]).toEqual([1, 2, 3]);
});
