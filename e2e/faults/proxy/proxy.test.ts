import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import tls from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestAuthority } from '@vigil-internal/otlp-sink';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import type { Toxics } from './toxic.ts';

// Real sockets and a real process: lower bounds of times are exact, upper ones are generous.

/** Sends back what it gets, and ends when its client has. */
const echo = net.createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  socket.pipe(socket);
});
let proxy: FaultProxy;

beforeAll(async () => {
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await startFaultProxy({ target: { port: (echo.address() as AddressInfo).port } });
});
afterEach(() => proxy.set({}));
afterAll(async () => {
  await proxy.close();
  echo.close();
});

function connect(): Socket {
  const socket = net.connect({ port: proxy.port, host: proxy.host });
  socket.on('error', () => undefined);
  return socket;
}

/** Sends and waits for as much to come back; resolves to what came and the milliseconds it took. */
async function roundTrip(socket: Socket, sent: Buffer): Promise<{ back: Buffer; millis: number }> {
  const startedMillis = performance.now();
  const chunks: Buffer[] = [];
  let bytes = 0;
  socket.write(sent);
  return new Promise((resolve, reject) => {
    socket.once('close', () => reject(new Error(`closed after ${bytes} bytes`)));
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= sent.length) resolve({ back: Buffer.concat(chunks), millis: performance.now() - startedMillis });
    });
  });
}

/** `once` would reject at the error before it. */
const closing = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once('close', () => resolve()));

/** How a connection ends that sends this: the bytes that came back, and the error code or `end`. */
async function ending(sent: Buffer): Promise<{ bytes: number; how: string }> {
  const socket = connect();
  let bytes = 0;
  let how = 'end';
  socket.on('error', (error: NodeJS.ErrnoException) => {
    how = error.code ?? 'unknown';
  });
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  socket.write(sent);
  await closing(socket);
  return { bytes, how };
}

const PATTERN = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7) % 251));

test('a healthy one passes every byte on, and the end of each direction', async () => {
  const socket = connect();
  socket.end(PATTERN);
  expect((await buffer(socket)).equals(PATTERN)).toBe(true);
  expect(await proxy.tally()).toMatchObject({ upstreamBytes: 100_000, downstreamBytes: 100_000 });
});

describe('times', () => {
  test.each<[string, Toxics, Buffer, number, number]>([
    ['latency upstream: 150 ms', { upstream: [{ kind: 'latency', latencyMillis: 150 }] }, PATTERN, 150, 1_500],
    [
      'latency both ways: twice 100 ms; it is no bandwidth',
      { upstream: [{ kind: 'latency', latencyMillis: 100 }], downstream: [{ kind: 'latency', latencyMillis: 100 }] },
      PATTERN,
      200,
      1_500,
    ],
    [
      'bandwidth: 98 KiB at 200 KiB/s take half a second',
      { downstream: [{ kind: 'bandwidth', kibPerSecond: 200 }] },
      PATTERN,
      450,
      2_500,
    ],
    [
      'slicer: 100 bytes in pieces of 10 with 20 ms after each',
      { upstream: [{ kind: 'slicer', averageBytes: 10, delayMillis: 20 }] },
      PATTERN.subarray(0, 100),
      180,
      2_000,
    ],
  ])('%s', async (_, toxics, sent, least, most) => {
    await proxy.set(toxics);
    const socket = connect();
    const { back, millis } = await roundTrip(socket, sent);
    socket.destroy();
    expect(back.equals(sent)).toBe(true);
    expect(millis).toBeGreaterThanOrEqual(least);
    expect(millis).toBeLessThan(most);
  });

  test('slow_close: the end comes 200 ms later', async () => {
    await proxy.set({ downstream: [{ kind: 'slow_close', delayMillis: 200 }] });
    const startedMillis = performance.now();
    const socket = connect();
    socket.end('bye');
    expect((await buffer(socket)).toString()).toBe('bye');
    expect(performance.now() - startedMillis).toBeGreaterThanOrEqual(200);
  });
});

describe('ends', () => {
  test('timeout: nothing comes, the connection is closed after 100 ms', async () => {
    await proxy.set({ upstream: [{ kind: 'timeout', timeoutMillis: 100 }] });
    expect(await ending(PATTERN)).toMatchObject({ bytes: 0 });
  });

  test('timeout 0 holds an open connection for as long as it is there; then everything that waited comes', async () => {
    const socket = connect();
    await roundTrip(socket, Buffer.from('warm'));
    await proxy.set({ downstream: [{ kind: 'timeout', timeoutMillis: 0 }] });
    const coming = roundTrip(socket, PATTERN);
    const early = await Promise.race([coming, new Promise((resolve) => setTimeout(resolve, 200, 'nothing'))]);
    expect(early).toBe('nothing');
    await proxy.set({});
    expect((await coming).back.equals(PATTERN)).toBe(true);
    socket.destroy();
  });

  test('reset_peer: ECONNRESET', async () => {
    await proxy.set({ downstream: [{ kind: 'reset_peer', timeoutMillis: 0 }] });
    expect(await ending(PATTERN)).toEqual({ bytes: 0, how: 'ECONNRESET' });
    await proxy.set({ upstream: [{ kind: 'reset_peer', timeoutMillis: 50 }] });
    expect(await ending(Buffer.from('short'))).toEqual({ bytes: 5, how: 'ECONNRESET' });
  });

  test.each([0, 1, 999, 5_000])('limit_data: %d bytes pass, then it is closed', async (bytes) => {
    await proxy.set({ downstream: [{ kind: 'limit_data', bytes }] });
    expect((await ending(PATTERN)).bytes).toBe(bytes);
  });

  test('limit_data with a reset upstream: the server got its bytes, the client a reset', async () => {
    const before = await proxy.tally();
    await proxy.set({ upstream: [{ kind: 'limit_data', bytes: 1_000, reset: true }] });
    expect((await ending(PATTERN)).how).toBe('ECONNRESET');
    expect((await proxy.tally()).upstreamBytes - before.upstreamBytes).toBe(1_000);
  });

  test('down: open connections break, new ones are refused; up again on the same port', async () => {
    const socket = connect();
    await roundTrip(socket, Buffer.from('warm'));
    const closed = closing(socket);
    await proxy.down();
    await closed;
    expect(await ending(Buffer.from('x'))).toEqual({ bytes: 0, how: 'ECONNREFUSED' });
    await proxy.up();
    const again = connect();
    expect((await roundTrip(again, PATTERN)).back.equals(PATTERN)).toBe(true);
    again.destroy();
  });
});

test('it can speak TLS for the target, and change its certificate while it is used', async () => {
  const authority = createTestAuthority();
  const { port } = echo.address() as AddressInfo;
  const secure = await startFaultProxy({ target: { port }, tls: authority.issue('127.0.0.1') });
  const shake = (): Promise<string> => {
    const socket = tls.connect({ port: secure.port, host: '127.0.0.1', ca: authority.certificate });
    return new Promise((resolve) => {
      socket.once('secureConnect', () => resolve('secure')).once('error', ({ message }) => resolve(message));
    }).finally(() => socket.destroy()) as Promise<string>;
  };
  expect(await shake()).toBe('secure');
  await secure.present(authority.issue('example.org'));
  expect(await shake()).toMatch(/altname|alternative/i);
  await secure.close();
});
