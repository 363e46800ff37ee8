import express from 'express';

const app = express();
app.get('/ping', (_, response) => response.send('pong'));
const server = app.listen(0, '127.0.0.1', () => {
  const readyMillis = performance.now();
  const { rss } = process.memoryUsage();
  process.stdout.write(`${JSON.stringify({ readyMillis, rssMib: rss / 1024 / 1024 })}\n`);
  server.close();
  setImmediate(() => process.kill(process.pid, 'SIGKILL'));
});
