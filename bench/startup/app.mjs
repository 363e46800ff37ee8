import express from 'express';

const app = express();
app.get('/ping', (_, response) => response.send('pong'));
const server = app.listen(0, '127.0.0.1', () => {
  const readyMillis = performance.now();
  const { user, system } = process.cpuUsage();
  const { rss } = process.memoryUsage();
  process.stdout.write(
    `${JSON.stringify({ readyMillis, cpuMillis: (user + system) / 1000, rssMib: rss / 1024 / 1024 })}\n`,
  );
  server.close();
  setImmediate(() => process.kill(process.pid, 'SIGKILL'));
});
