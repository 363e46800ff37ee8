// An ES module application: Express, requests to itself by every way of importing http, then it ends.
import * as namespace from 'node:http';
import http, { get } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as later } from 'node:timers/promises';
import express from 'express';

// The delay of the event loop is a metric from its fifth sample on: a fast machine would have answered everything before.
const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();

const app = express();
app.get('/orders/:id', (_request, response) => response.json({ ok: true }));
app.get('/broken', () => {
  throw new Error('broken');
});

const call = (ask, path) =>
  new Promise((resolve) => {
    ask({ host: '127.0.0.1', port: server.address().port, path }, (response) => {
      response.resume().on('end', resolve);
    });
  });
const server = app.listen(0, '127.0.0.1', async () => {
  await call(http.get, '/orders/default');
  await call(get, '/orders/named');
  await call(namespace.get, '/orders/namespace');
  await (await fetch(`http://127.0.0.1:${server.address().port}/orders/fetch`)).text();
  await call(http.get, '/broken');
  while (delay.count < 5) await later(10);
  server.close();
});
