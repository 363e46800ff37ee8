// @ts-nocheck: a package without a type and without declarations, as applications have them; its loaders are what is tested.
// One application for every way of running it: a request through Express, and the libraries it loads.
import { once } from 'node:events';
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { Redis } from 'ioredis';
import pg from 'pg';

async function main(): Promise<void> {
  const app = express();
  app.get('/orders/:id', (_request, response) => void response.json([typeof pg.Client, typeof Redis]));
  const server = app.listen(0);
  await once(server, 'listening');
  const request = get({ port: (server.address() as AddressInfo).port, path: '/orders/7', agent: false });
  const [response] = await once(request, 'response');
  response.resume();
  await once(response, 'end');
  server.close();
  await once(server, 'close');
}

/** Done when the request was answered and the server is closed. */
export const done = main();
