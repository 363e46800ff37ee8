import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createTestAuthority, type Sink, startSink, takenAs, tracesBody } from '@vigil-internal/otlp-sink';
import type { OtlpEndpoint } from '../src/transport/endpoint.ts';
import { startHttpAttempt } from '../src/transport/http-attempt.ts';
import { loadHttpClient } from '../src/transport/http-client.ts';
import { createHttpTransport } from '../src/transport/http-transport.ts';
import type { AttemptOutcome, Transport } from '../src/transport/transport.ts';

jest.setTimeout(30_000);

const ID = '00000000000000a1';
const text = (body: Uint8Array) => Buffer.from(body).toString();

let sink: Sink;
beforeAll(async () => {
  sink = await startSink();
});
afterAll(() => sink.close());

let transport: Transport | undefined;
const log: string[] = [];
beforeEach(() => void log.splice(0));
afterEach(() => transport?.close());

const open = (endpoint: Partial<OtlpEndpoint> = {}): Transport => {
  transport = createHttpTransport({
    endpoints: { traces: { url: `${sink.url}/v1/traces`, ...endpoint } },
    log: (line) => log.push(line),
  });
  return transport;
};

interface Settled {
  readonly outcome: AttemptOutcome;
  readonly millis: number;
}

function send(on: Transport, body: Uint8Array = tracesBody([ID]), deadlineMillis = 5_000): Promise<Settled> {
  const start = performance.now();
  return new Promise((resolve) => {
    on.send({ signal: 'traces', body, contentEncoding: undefined, deadlineMillis }, (outcome) =>
      resolve({ outcome, millis: performance.now() - start }),
    );
  });
}

const isTaken = async (spanId: string) => takenAs(spanId) in ((await sink.report()).taken['/v1/traces'] ?? {});

describe('an answer', () => {
  test('comes with status, Retry-After, content type and body; the request had a length and our name', async () => {
    await sink.script([{ kind: 'answer', status: 429, headers: { 'Retry-After': ['3', '9'] }, body: 'later' }]);
    const { outcome } = await send(open({ headers: { 'X-Tenant': 'a' } }));
    expect(outcome).toMatchObject({
      kind: 'answered',
      statusCode: 429,
      retryAfter: '3, 9',
      contentType: 'application/x-protobuf',
    });
    expect(text((outcome as { body: Uint8Array }).body)).toBe('later');
    expect((await sink.report()).requests.at(-1)).toMatchObject({
      path: '/v1/traces',
      headers: {
        'content-type': 'application/x-protobuf',
        'content-length': String(tracesBody([ID]).length),
        'user-agent': expect.stringMatching(/^OTel-OTLP-Exporter-Vigil\/\d/),
        'x-tenant': 'a',
      },
    });
  });

  test('of 301 is an answer: its target is not visited', async () => {
    await sink.script([{ kind: 'answer', status: 301, headers: { Location: `${sink.url}/elsewhere` } }]);
    expect((await send(open())).outcome).toMatchObject({ kind: 'answered', statusCode: 301 });
    expect((await sink.report()).requests.map(({ path }) => path)).not.toContain('/elsewhere');
  });

  test.each([
    ['65,536 bytes is read', 65_536, 65_536],
    ['65,537 bytes is dropped, its status stands', 65_537, 0],
  ])('of %s', async (_, bytes, read) => {
    await sink.script([{ kind: 'answer', body: 'x'.repeat(bytes) }]);
    const { outcome } = await send(open());
    expect(outcome).toMatchObject({ kind: 'answered', statusCode: 200 });
    expect((outcome as { body: Uint8Array }).body).toHaveLength(read);
  });

  test('of 1 GB is cut off after the first pieces', async () => {
    await sink.script([{ kind: 'flood', bytes: 2 ** 30 }]);
    const { outcome, millis } = await send(open());
    expect(outcome).toMatchObject({ kind: 'answered', statusCode: 200, body: new Uint8Array(0) });
    expect(millis).toBeLessThan(4_000);
    expect((await sink.report()).flooded).toBeLessThan(64 * 2 ** 20);
  });

  test.each([
    ['is inflated', gzipSync('partial'), 'partial'],
    ['of 100 MB in 100 KB is not inflated past 64 KiB', gzipSync(Buffer.alloc(60 * 2 ** 20)), ''],
    ['that is none is dropped', Buffer.from('not gzip'), ''],
  ])('in gzip %s', async (_, body, read) => {
    const headers = { 'Content-Encoding': 'gzip' };
    await sink.script([{ kind: 'answer', headers, body: body.toString('base64'), bodyEncoding: 'base64' }]);
    const { outcome } = await send(open());
    expect(outcome).toMatchObject({ kind: 'answered', statusCode: 200 });
    expect(text((outcome as { body: Uint8Array }).body)).toBe(read);
  });

  test('whose body breaks off keeps its status', async () => {
    await sink.script([{ kind: 'reset', after: 'half-answer' }]);
    expect((await send(open())).outcome).toMatchObject({ kind: 'answered', statusCode: 200, body: new Uint8Array(0) });
  });

  test('of 101 is an answer', async () => {
    const raw = 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: other\r\n\r\n';
    await sink.script([{ kind: 'raw', bytes: raw }]);
    expect((await send(open())).outcome).toMatchObject({ kind: 'answered', statusCode: 101 });
  });

  test.each([
    ['no HTTP', 'SSH-2.0-OpenSSH\r\n'],
    ['100 KB of headers', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`],
  ])('that is %s is a bad response, and the request may have been accepted', async (_, raw) => {
    await sink.script([{ kind: 'raw', bytes: raw }]);
    const { outcome } = await send(open());
    expect(outcome).toEqual({ kind: 'failed', reason: 'bad_response', maybeAccepted: true });
  });
});

describe('the deadline', () => {
  test('ends a request nobody answers, which may have been accepted', async () => {
    await sink.script([{ kind: 'hang' }]);
    const { outcome, millis } = await send(open(), tracesBody(['00000000000000b1']), 300);
    expect(outcome).toEqual({ kind: 'failed', reason: 'timeout', maybeAccepted: true });
    expect(millis).toBeGreaterThan(290);
    expect(millis).toBeLessThan(1_500);
    expect(await isTaken('00000000000000b1')).toBe(true);
  });

  test('ends an answer that drips, however often a byte comes', async () => {
    await sink.script([{ kind: 'drip', status: 200, everyMillis: 40 }]);
    const { outcome, millis } = await send(open(), tracesBody([ID]), 300);
    expect(outcome).toEqual({ kind: 'failed', reason: 'timeout', maybeAccepted: true });
    expect(millis).toBeLessThan(1_500);
  });

  test('leaves the status of a refusal that drips', async () => {
    await sink.script([{ kind: 'drip', status: 503, everyMillis: 40 }]);
    const { outcome } = await send(open(), tracesBody([ID]), 300);
    expect(outcome).toMatchObject({ kind: 'answered', statusCode: 503 });
  });

  test('ends a body nobody reads, which cannot have been accepted', async () => {
    await sink.script([{ kind: 'deaf', resetAfterMillis: 5_000 }]);
    const { outcome } = await send(open(), tracesBody([ID], 16 * 2 ** 20), 400);
    expect(outcome).toEqual({ kind: 'failed', reason: 'timeout', maybeAccepted: false });
  });
});

describe('a connection that breaks', () => {
  test('at no byte of the request is anything accepted that was called impossible', async () => {
    // Headers and body of these requests have more than 1,100 bytes.
    for (let bytes = 0; bytes <= 1_100; bytes += 100) {
      const id = `c${bytes.toString(16).padStart(15, '0')}`;
      await sink.script([{ kind: 'cut', bytes }]);
      const { outcome } = await send(open(), tracesBody([id], 1_000));
      transport?.close();
      expect(outcome).toMatchObject({ kind: 'failed', reason: 'ECONNRESET' });
      if ((outcome as { maybeAccepted: boolean }).maybeAccepted === false) expect(await isTaken(id)).toBe(false);
    }
  });

  test('in the middle of a body that has not left cannot have been accepted', async () => {
    await sink.script([{ kind: 'deaf', resetAfterMillis: 200 }]);
    const { outcome } = await send(open(), tracesBody([ID], 16 * 2 ** 20));
    expect(outcome).toEqual({ kind: 'failed', reason: 'ECONNRESET', maybeAccepted: false });
  });

  test('after the request, before the answer: it may have been accepted, and here it was', async () => {
    await sink.script([{ kind: 'reset', after: 'request' }]);
    const { outcome } = await send(open(), tracesBody(['00000000000000d1']));
    expect(outcome).toEqual({ kind: 'failed', reason: 'ECONNRESET', maybeAccepted: true });
    expect(await isTaken('00000000000000d1')).toBe(true);
  });

  test('while it waits for the next request: the request goes out on a new one', async () => {
    await sink.script([{ kind: 'answer', closeAfterMillis: 20 }]);
    const on = open();
    await send(on);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect((await send(on)).outcome).toMatchObject({ kind: 'answered', statusCode: 200 });
  });
});

test('a kept connection found closed before a byte was written costs one new connection, not an attempt', async () => {
  await sink.script([]);
  const agent = new http.Agent({ keepAlive: true });
  const post = (thereupon: () => void) =>
    new Promise<AttemptOutcome>((resolve) => {
      const url = new URL(`${sink.url}/v1/traces`);
      startHttpAttempt(
        { client: loadHttpClient(), url, agent, headers: {}, body: tracesBody([ID]), deadlineMillis: 5_000 },
        resolve,
      );
      thereupon();
    });
  await post(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const kept = Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? []);
  expect(kept).toHaveLength(1);
  expect(await post(() => kept[0]?.destroy())).toMatchObject({ kind: 'answered', statusCode: 200 });
  agent.destroy();
});

test('ten requests in turn share one connection, four at a time two', async () => {
  const one = await startSink();
  const on = createHttpTransport({ endpoints: { traces: { url: `${one.url}/v1/traces` } }, log: () => undefined });
  for (let request = 0; request < 10; request += 1) await send(on);
  expect((await one.report()).connections).toBe(1);
  await Promise.all([1, 2, 3, 4].map(() => send(on)));
  expect((await one.report()).connections).toBe(2);
  on.close();
  await one.close();
});

test('nobody listens: ECONNREFUSED; a name that does not exist: dns', async () => {
  const gone = await startSink();
  await gone.close();
  const outcomes = [`${gone.url}/v1/traces`, 'http://vigil.invalid/v1/traces'].map((url) => send(open({ url })));
  expect((await Promise.all(outcomes)).map(({ outcome }) => outcome)).toEqual([
    { kind: 'failed', reason: 'ECONNREFUSED', maybeAccepted: false },
    { kind: 'failed', reason: 'dns', maybeAccepted: false },
  ]);
});

test('close settles what is open, and what comes later, as shutdown_deadline', async () => {
  await sink.script([{ kind: 'hang' }]);
  const on = open();
  const first = send(on);
  await new Promise((resolve) => setTimeout(resolve, 100));
  on.close();
  expect((await first).outcome).toEqual({ kind: 'failed', reason: 'shutdown_deadline', maybeAccepted: true });
  expect((await send(on)).outcome).toEqual({ kind: 'failed', reason: 'shutdown_deadline', maybeAccepted: false });
});

test('a header Node.js refuses fails the attempt, later', async () => {
  const on = open({ headers: { 'X-Bad': 'a\nb' } });
  let isSettled = false;
  const settled = send(on).then((result) => {
    isSettled = true;
    return result;
  });
  expect(isSettled).toBe(false);
  expect((await settled).outcome).toEqual({ kind: 'failed', reason: 'network', maybeAccepted: false });
});

describe('TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-tls-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const authority = createTestAuthority();
  const certificateFile = join(folder, 'authority.pem');
  writeFileSync(certificateFile, authority.certificate);
  const PAST = { from: new Date('2020-01-01'), to: new Date('2021-01-01') };

  test.each([
    ['the right name', authority.issue('127.0.0.1'), certificateFile, { kind: 'answered', statusCode: 200 }],
    ['another name', authority.issue('example.org'), certificateFile, { kind: 'failed', reason: 'tls' }],
    ['the past', authority.issue('127.0.0.1', PAST), certificateFile, { kind: 'failed', reason: 'tls' }],
    ['an unknown authority', authority.issue('127.0.0.1'), undefined, { kind: 'failed', reason: 'tls' }],
  ])('a certificate for %s', async (_, tls, trusted, expected) => {
    const secure = await startSink({ tls });
    const { outcome } = await send(open({ url: `${secure.url}/v1/traces`, certificateFile: trusted }));
    expect(outcome).toMatchObject(expected);
    if (expected.kind === 'failed') {
      expect(outcome).toMatchObject({ maybeAccepted: false });
      expect((await secure.report()).requests).toEqual([]);
    }
    await secure.close();
  });

  test('a server that speaks no TLS is a tls failure, and nothing goes out in plain text', async () => {
    const before = (await sink.report()).requests.length;
    const { outcome } = await send(open({ url: `https://127.0.0.1:${sink.port}/v1/traces` }));
    expect(outcome).toEqual({ kind: 'failed', reason: 'tls', maybeAccepted: false });
    expect((await sink.report()).requests).toHaveLength(before);
  });

  test('a file that cannot be read is one line, for three signals of one origin', () => {
    const url = 'https://127.0.0.1:1/v1/traces';
    const endpoint = { url, certificateFile: join(folder, 'missing.pem') };
    const endpoints = { traces: endpoint, metrics: endpoint, logs: endpoint };
    createHttpTransport({ endpoints, log: (line) => log.push(line) }).close();
    expect(log).toEqual([expect.stringMatching(/^cannot read the OTLP certificate file .*missing\.pem, .*: ENOENT$/)]);
  });
});
