// ioredis and node-postgres against servers that speak just enough of each protocol.
import { createServer } from 'node:net';
import { trace } from '@opentelemetry/api';
import { Redis } from 'ioredis';
import pg from 'pg';

const listen = (onConnection) =>
  new Promise((resolve) => {
    const server = createServer(onConnection).listen(0, '127.0.0.1', () => resolve(server));
  });
const message = (type, body) => {
  const head = Buffer.alloc(5, type);
  head.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
};
const READY = message('Z', Buffer.from('I'));

const redisServer = await listen((socket) =>
  socket.on('data', (data) => socket.write('+OK\r\n'.repeat(String(data).match(/^\*\d+\r$/gm)?.length ?? 0))),
);
const postgresServer = await listen((socket) => {
  socket.once('data', () => {
    socket.write(Buffer.concat([message('R', Buffer.alloc(4)), READY]));
    socket.on('data', (data) => {
      const isQuery = data[0] === 'Q'.charCodeAt(0);
      if (isQuery) socket.write(Buffer.concat([message('C', Buffer.from('SELECT 0\0')), READY]));
    });
  });
});

const redis = new Redis(redisServer.address().port, '127.0.0.1', { enableReadyCheck: false });
const pool = new pg.Pool({ host: '127.0.0.1', port: postgresServer.address().port, user: 'u', database: 'shop' });
await trace.getTracer('app').startActiveSpan('checkout', async (span) => {
  await redis.set('card', 'secret-value');
  await pool.query('SELECT 1');
  span.end();
});
redis.disconnect();
await pool.end();
redisServer.close();
postgresServer.close();
