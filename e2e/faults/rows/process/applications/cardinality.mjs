import { once } from 'node:events';
import http from 'node:http';
import { metrics, trace } from '@opentelemetry/api';
import { sleep, warmUp } from './spans.mjs';
import { tell, tellLedger } from './witness.mjs';

const REQUESTS = 2_000;
const VALUES = 20_000;
const rssMib = () => {
  globalThis.gc();
  return process.memoryUsage().rss / 1024 ** 2;
};

let served = 0;
const server = http
  .createServer((_, response) => {
    served += 1;
    response.end('ok');
  })
  .listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address();
const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
const METHODS = http.METHODS.filter((method) => !['CONNECT', 'QUERY'].includes(method));

const ask = (index) =>
  new Promise((resolve, reject) => {
    http
      .request(
        {
          port,
          agent,
          host: '127.0.0.1',
          method: METHODS[index % METHODS.length],
          path: `/${index}/${'x'.repeat(index % 200)}?q=${index}`,
          headers: { host: `h${index}.example.com`, 'user-agent': `agent ${index}` },
        },
        (response) => response.resume().on('end', resolve),
      )
      .on('error', reject)
      .end();
  });

tellLedger();
await warmUp();
for (let index = 0; index < REQUESTS; index += 8) {
  await Promise.all(Array.from({ length: 8 }, (_, offset) => ask(index + offset)));
}
const counter = metrics.getMeter('attack').createCounter('attacked');
const tracer = trace.getTracer('attack');
for (let value = 0; value < VALUES; value += 1) {
  counter.add(1, { user: `user-${value}` });
  tracer.startSpan(`GET /users/${value}`, { attributes: { [`key.${value}`]: value } }).end();
  if (value % 100 === 0) await sleep(10);
  if (value === VALUES / 2) tell('rssBeforeMib', rssMib());
}
await sleep(2_500);
tell('asked', REQUESTS);
tell('served', served);
tell('rssAfterMib', rssMib());
agent.destroy();
server.close();
server.closeAllConnections();
console.log('ending');
