// Serves its own fetches and logs about each of them with the LOGGER it is told; OpenTelemetry's diagnostics may go there too.
import { once } from 'node:events';
import http from 'node:http';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { pino } from 'pino';
import winston from 'winston';
import { sleep } from './spans.mjs';
import { tell, tellLedger } from './witness.mjs';

const { SECONDS, LOGGER } = process.env;
const destination = { write: () => undefined };
const LOGGERS = {
  pino: () => pino({}, destination),
  winston: () =>
    winston.createLogger({ transports: [new winston.transports.Console({ stderrLevels: [] })], silent: true }),
  console: () => console,
  'diagnostics into pino': () => pino({ level: 'debug' }, destination),
};
const logger = LOGGERS[LOGGER]();
// Something of the logs has to be there with every logger: pino's records are what shows a loop.
const witness = LOGGER === 'pino' ? logger : pino({}, destination);
if (LOGGER === 'diagnostics into pino') {
  const line =
    (level) =>
    (...words) =>
      logger[level](words.join(' '));
  diag.setLogger(
    { error: line('error'), warn: line('warn'), info: line('info'), debug: line('debug'), verbose: line('debug') },
    { logLevel: DiagLogLevel.DEBUG, suppressOverrideMessage: true },
  );
}
let served = 0;
const server = http
  .createServer((request, response) => {
    served += 1;
    logger.info(`served ${request.url}`);
    witness.info('witness');
    response.end('ok');
  })
  .listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${server.address().port}`;
tellLedger();
const until = performance.now() + Number(SECONDS) * 1_000;
while (performance.now() < until) {
  await (await fetch(`${url}/${served}`)).text();
  await sleep(20);
}
tell('served', served);
server.close();
server.closeAllConnections();
console.log('ending');
