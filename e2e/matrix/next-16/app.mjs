import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import next from 'next';
import { serveAndAsk } from '../apps/ask.mjs';

const app = next({ dev: false, dir: fileURLToPath(new URL('.', import.meta.url)), quiet: true });
await app.prepare();
await serveAndAsk(createServer(app.getRequestHandler()), [
  'GET /',
  'GET /orders/7?secret=1',
  'GET /api/items/a/b',
  'GET /old/paint',
  'GET /nowhere',
]);
await app.close();
process.exit();
