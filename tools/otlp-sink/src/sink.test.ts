import http from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Sink, startSink } from './sink.ts';
import type { SinkStep } from './sink-step.ts';
import { takenAs, tracesBody } from './traces-body.ts';

let sink: Sink;
beforeAll(async () => {
  sink = await startSink();
});
afterAll(() => sink.close());

let last = 0;
const freshId = () => {
  last += 1;
  return last.toString(16).padStart(16, '0');
};
const post = (ids: readonly string[], path = '/v1/traces') =>
  fetch(`${sink.url}${path}`, { method: 'POST', body: tracesBody(ids), headers: { Connection: 'close' } });
const isTaken = async (id: string) => takenAs(id) in ((await sink.report()).taken['/v1/traces'] ?? {});

test('a scripted answer is for one request; the standing one for all after it, until another is set', async () => {
  await sink.script([{ kind: 'answer', status: 503 }], { kind: 'answer', status: 202 });
  const refused = freshId();
  expect((await post([refused])).status).toBe(503);
  expect(await isTaken(refused)).toBe(false);
  expect((await post([refused])).status).toBe(202);
  expect(await isTaken(refused)).toBe(true);
  expect((await post([refused])).status).toBe(202);
  await sink.behave({ kind: 'answer' });
  expect((await post([refused])).status).toBe(200);
});

test('steps can be chosen by path, by size and in turn', async () => {
  const turns: SinkStep = { kind: 'cycle', steps: [{ kind: 'answer', status: 429 }, { kind: 'answer' }] };
  const otherwise: SinkStep = { kind: 'limit', bytes: 500, otherwise: turns };
  await sink.behave({ kind: 'paths', paths: { '/v1/logs': { kind: 'answer', status: 404 } }, otherwise });
  expect((await post([], '/v1/logs')).status).toBe(404);
  expect((await post(Array.from({ length: 100 }, freshId))).status).toBe(413);
  expect((await post([freshId()])).status).toBe(429);
  expect((await post([freshId()])).status).toBe(200);
  expect((await post([freshId()])).status).toBe(429);
});

test('a partial success keeps all but the rejected spans, and says what it was told to say', async () => {
  await sink.behave({ kind: 'partial', rejected: 1, claims: -3, message: 'no' });
  const [kept, rejected] = [freshId(), freshId()];
  const answer = Buffer.from(await (await post([kept, rejected])).arrayBuffer());
  // partial success ▸ rejected_spans -3 as ten bytes, error_message
  expect(answer.toString('hex')).toBe('0a0f08fdffffffffffffffff0112026e6f');
  expect([await isTaken(kept), await isTaken(rejected)]).toEqual([true, false]);
});

describe('on a kept connection', () => {
  /** Posts twice over one socket; resolves to the second answer's status, or the error's code. */
  async function second(step: SinkStep): Promise<number | string> {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const send = () =>
      new Promise<number | string>((resolve) => {
        const request = http.request(`${sink.url}/v1/traces`, { method: 'POST', agent }, (response) => {
          response.resume().on('close', () => resolve(response.statusCode ?? 0));
        });
        request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
        request.end(tracesBody([freshId()], 5_000));
      });
    await sink.behave({ kind: 'answer' });
    await send();
    await sink.behave(step);
    const outcome = await send();
    agent.destroy();
    return outcome;
  }

  test.each<[string, SinkStep, number | string]>([
    ['cut after 100 bytes of a body: reset', { kind: 'cut', bytes: 100 }, 'ECONNRESET'],
    ['deaf for 50 ms: reset', { kind: 'deaf', resetAfterMillis: 50 }, 'ECONNRESET'],
    ['reset after the request', { kind: 'reset', after: 'request' }, 'ECONNRESET'],
    ['headers without end: the parser gives up', { kind: 'header-flood', bytes: 10_000_000 }, 'HPE_HEADER_OVERFLOW'],
    ['what is no HTTP', { kind: 'raw', bytes: 'hello\r\n' }, 'HPE_INVALID_CONSTANT'],
  ])('%s', async (_, step, expected) => {
    expect(await second(step)).toBe(expected);
  });

  test('what is cut is not taken, what is reset after it came is', async () => {
    const { spans: before } = await sink.tally();
    await second({ kind: 'cut', bytes: 100 });
    await second({ kind: 'reset', after: 'request' });
    // Each time one before it.
    expect((await sink.tally()).spans.unique - before.unique).toBe(3);
  });
});

describe('its life', () => {
  test('what it took is known after SIGKILL, on the same port; while it is dead nobody listens', async () => {
    await sink.behave({ kind: 'answer' });
    const id = freshId();
    await post([id]);
    const before = await sink.tally();
    await sink.kill();
    await expect(post([id])).rejects.toThrow('fetch failed');
    await expect(sink.tally()).rejects.toThrow('gone');
    await sink.restart();
    expect(await sink.tally()).toEqual({ ...before, open: 0, flooded: 0 });
    await post([id]);
    expect((await sink.tally()).spans).toMatchObject({ unique: before.spans.unique, altered: 0 });
  });

  test('a frozen one takes the connection and answers nothing; thawed it answers what came meanwhile', async () => {
    sink.freeze();
    const answered = post([freshId()]).then(({ status }) => status);
    const early = await Promise.race([answered, new Promise((resolve) => setTimeout(resolve, 300, 'silence'))]);
    expect(early).toBe('silence');
    sink.thaw();
    expect(await answered).toBe(200);
  });

  test('a port that is taken is said, and no process is left', async () => {
    await expect(startSink({ port: sink.port })).rejects.toThrow('EADDRINUSE');
  });
});
