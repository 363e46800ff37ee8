// A CommonJS application: Express, requests to itself, then it ends.
const http = require('node:http');
const express = require('express');

const app = express();
app.get('/orders/:id', (_request, response) => response.json({ ok: true }));

const call = (ask, path) =>
  new Promise((resolve) => {
    ask({ host: '127.0.0.1', port: server.address().port, path }, (response) => {
      response.resume().on('end', resolve);
    });
  });
const server = app.listen(0, '127.0.0.1', async () => {
  await call(http.get, '/orders/required');
  await call(process.getBuiltinModule('http').get, '/orders/builtin');
  server.close();
});
