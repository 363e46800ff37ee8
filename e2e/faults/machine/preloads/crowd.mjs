// Preloaded into an application: it has 50,000 timers and 10,000 sockets of its own, and its global agents are exhausted: one
// socket, taken by a request that is never answered.
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';

const TIMERS = 50_000;
const CONNECTIONS = 5_000;
const DAY_MILLIS = 86_400_000;

for (let timer = 0; timer < TIMERS; timer += 1) setTimeout(() => undefined, DAY_MILLIS + timer).unref();

http.globalAgent.maxSockets = 1;
https.globalAgent.maxSockets = 1;

// Both ends are in this process: two sockets each.
const sockets = [];
const silent = net.createServer((socket) => sockets.push(socket.on('error', () => undefined).unref()));
await new Promise((resolve) => silent.listen(0, '127.0.0.1', CONNECTIONS, resolve));
silent.unref();
const { port } = silent.address();
await Promise.all(
  Array.from(
    { length: CONNECTIONS },
    () =>
      new Promise((resolve, reject) => {
        const socket = net.connect(port, '127.0.0.1', () => resolve(socket.unref()));
        socket.on('error', reject);
        sockets.push(socket);
      }),
  ),
);
http
  .get({ port, host: '127.0.0.1' })
  .on('socket', (socket) => socket.unref())
  .on('error', () => undefined);
