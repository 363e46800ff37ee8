// Socket.IO clients in one process, each with one `echo` on its way at a time; prints one line of JSON. Speaks the protocol by
// itself (engine.io 4 over a WebSocket), so that the client costs less than what it measures.
// Arguments: port, clients, seconds, rate (0: as many as are answered).
import { setTimeout as sleep } from 'node:timers/promises';

const [port = 0, clients = 0, seconds = 0, rate = 0] = process.argv.slice(2).map(Number);
const EVENT = '42';
const ACKNOWLEDGED = '43';
const CONNECT = '40';
const PING = '2';
const PONG = '3';
const OPEN = '0';
const TEXT = 'x'.repeat(32);

const latencies: number[] = [];
let errors = 0;
let stopped = false;

interface Client {
  /** Sends one event; its latency counts from `from`. */
  readonly send: (from: number) => void;
  readonly close: () => void;
}

/** @param free called when the client may send again. */
function connect(free: (client: Client) => void): Promise<Client> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
    let sentAt = 0;
    let number = 0;
    const client: Client = {
      send: (from) => {
        sentAt = from;
        number += 1;
        socket.send(`${EVENT}${number}["echo","${TEXT}"]`);
      },
      close: () => socket.close(),
    };
    socket.onmessage = ({ data }: { data: string }) => {
      if (data.startsWith(ACKNOWLEDGED)) {
        latencies.push(performance.now() - sentAt);
        free(client);
      } else if (data === PING) socket.send(PONG);
      else if (data.startsWith(CONNECT)) resolve(client);
      else if (data.startsWith(OPEN)) socket.send(CONNECT);
    };
    socket.onerror = () => {
      if (!stopped) errors += 1;
      reject(new Error('a client could not connect'));
    };
  });
}

const idle: Client[] = [];
let begun = 0;
const closedLoop = (client: Client) => {
  if (!stopped) client.send(performance.now());
};
const atRate = (client: Client) => void idle.push(client);
const all = await Promise.all(Array.from({ length: clients }, () => connect(rate > 0 ? atRate : closedLoop)));

begun = performance.now();
const end = begun + seconds * 1_000;
let unsent = 0;
if (rate > 0) {
  idle.push(...all);
  let due = begun;
  // A latency counts from when the event was due if it had to wait for an answer, not if only this program's timer was late.
  let starved = false;
  for (let now = begun; now < end; now = performance.now()) {
    for (; due <= now && idle.length > 0; due += 1_000 / rate) idle.pop()?.send(starved ? due : performance.now());
    starved = due <= now;
    await sleep(1);
  }
  unsent = Math.max(0, Math.floor(((end - due) * rate) / 1_000));
} else {
  for (const client of all) client.send(performance.now());
  await sleep(seconds * 1_000);
}
stopped = true;
const measured = (performance.now() - begun) / 1_000;
const counted = latencies.length;
for (const client of all) client.close();

const sorted = Float64Array.from(latencies.slice(0, counted)).sort();
const at = (part: number) => sorted[Math.min(counted - 1, Math.floor(part * counted))] ?? 0;
const report = {
  requests: counted,
  statuses: { 200: counted },
  errors: errors === 0 ? {} : { closed: errors },
  unsent,
  bodyBytes: counted * TEXT.length,
  seconds: measured,
  requestsPerSecond: counted / measured,
  latencyMillis: {
    mean: sorted.reduce((sum, value) => sum + value, 0) / Math.max(1, counted),
    p50: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    p999: at(0.999),
    max: at(1),
  },
};
process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit());
