import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { work } from './member.mjs';

const { MEMBERS } = process.env;
if (cluster.isPrimary) {
  for (let left = Number(MEMBERS); left > 0; left -= 1) cluster.fork();
  const codes = [];
  cluster.on('exit', (_, code, signal) => {
    codes.push(signal ?? code);
    if (codes.length === Number(MEMBERS)) console.log(`workers ended ${codes.toSorted().join(' ')}`);
  });
  await work();
} else {
  const server = createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  await work();
  // As a rolling restart does: half of them are asked to go, the others are told.
  if (cluster.worker.id % 2 === 0) cluster.worker.disconnect();
  else process.kill(process.pid, 'SIGTERM');
  server.unref();
}
