// An ES module application: Express, requests to itself by every way of importing http, then it ends.
import * as namespace from 'node:http';
import http, { get } from 'node:http';
import express from 'express';

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
  server.close();
});
