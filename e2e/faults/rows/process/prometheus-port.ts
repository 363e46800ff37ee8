import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { freePorts } from '../../../collector/otlp-sink.ts';
import type { FaultRow, RowContext, RowOutcome } from '../../row.ts';
import { runApplication, VIGIL } from './application-run.ts';
import { claim, none, withinMillis } from './claim.ts';
import { collectorEnvironment, startCollector } from './collector.ts';
import { processRow } from './process-row.ts';
import { rawRequest, statusOf } from './raw-request.ts';

const line = 'HTTP/1.1\r\nHost: a\r\nConnection: close\r\n';

/** What scanners and broken scrapers send. */
const MALFORMED: Readonly<Record<string, string>> = {
  'GET //': `GET // ${line}\r\n`,
  'absolute URI': `GET http://example.com/metrics ${line}\r\n`,
  'OPTIONS *': `OPTIONS * ${line}\r\n`,
  CONNECT: `CONNECT example.com:443 ${line}\r\n`,
  'no path': 'GET\r\n\r\n',
  'HTTP/0.9': 'GET /metrics\r\n\r\n',
  'HTTP/2 preface': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'TLS hello': '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
  'NUL bytes': '\u0000'.repeat(2_000),
  'path of 60 kB': `GET /${'x'.repeat(60_000)} ${line}\r\n`,
  'header of 60 kB': `GET /metrics ${line}X: ${'x'.repeat(60_000)}\r\n\r\n`,
  '3,000 headers': `GET /metrics ${line}${'X: y\r\n'.repeat(3_000)}\r\n`,
  'two lengths': `POST /metrics ${line}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc`,
  'body of a lie': `POST /metrics ${line}Content-Length: 999999999\r\n\r\nabc`,
  'chunks of garbage': `POST /metrics ${line}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
  'path out of the folder': `GET /../../etc/passwd ${line}\r\n`,
  'percent signs': `GET /%zz%00%ff ${line}\r\n`,
  upgrade: `GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
};

interface Served {
  readonly port: number;
  readonly metricsPort: number;
}

/** Runs the application, does something to its metrics port, and judges the application. */
async function runPort(
  disturb: (served: Served, context: RowContext) => Promise<RowOutcome>,
  context: RowContext,
): Promise<RowOutcome> {
  const collector = await startCollector();
  try {
    const [metricsPort = 0] = await freePorts(1);
    const ready = new EventTarget();
    const heard = once(ready, 'ready');
    let port = 0;
    const ended = runApplication({
      application: 'scraped.mjs',
      preload: VIGIL,
      env: {
        OTEL_METRICS_EXPORTER: 'prometheus',
        OTEL_EXPORTER_PROMETHEUS_PORT: `${metricsPort}`,
        ...collectorEnvironment(collector, 'scraped'),
      },
      folder: context.folder,
      signal: context.signal,
      patienceMillis: 90_000,
      onLine: (text) => {
        if (!text.startsWith('port ')) return;
        port = Number(text.slice(5));
        ready.dispatchEvent(new Event('ready'));
      },
    });
    await Promise.race([heard, ended]);
    const outcome = await disturb({ port, metricsPort }, context);
    const after = await rawRequest(metricsPort, `GET /metrics ${line}\r\n`);
    await rawRequest(port, `GET /stop ${line}\r\n`);
    const run = await ended;
    context.progress(`${run.status} ${run.stderr.trim().slice(0, 500)}`);
    return {
      checks: [
        ...outcome.checks,
        claim('I1', 'the application ends as it would: exit 0', run.status === 'exit 0', run.status),
        claim('I6', 'afterwards a scrape is answered with 200', statusOf(after) === 200, `${statusOf(after)}`),
        claim('I1', 'nothing on stderr', run.stderr === '', run.stderr.slice(0, 200) || 'nothing'),
      ],
      figures: outcome.figures,
    };
  } finally {
    await collector.close();
  }
}

/** Answers of the application itself while something goes on at the other port: how many, and the slowest. */
async function watchApplication(port: number, until: Promise<unknown>) {
  let isOver = false;
  void until.finally(() => {
    isOver = true;
  });
  const millis: number[] = [];
  let errors = 0;
  while (!isOver) {
    const started = performance.now();
    const answer = await rawRequest(port, `GET / ${line}\r\n`);
    millis.push(performance.now() - started);
    if (statusOf(answer) !== 200) errors += 1;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  millis.sort((one, other) => one - other);
  const at = (share: number) => millis[Math.floor(millis.length * share)] ?? Number.NaN;
  return { requests: millis.length, errors, medianMillis: at(0.5), p99Millis: at(0.99) };
}

async function malformed({ metricsPort, port }: Served): Promise<RowOutcome> {
  const answers: Record<string, number> = {};
  const trying = (async () => {
    for (const [name, bytes] of Object.entries(MALFORMED))
      answers[name] = statusOf(await rawRequest(metricsPort, bytes, 400));
  })();
  const { requests, errors } = await watchApplication(port, trying);
  await trying;
  return {
    checks: [
      claim('I1', 'the application answers meanwhile', errors === 0, `${errors} errors in ${requests} requests`),
      none(
        'I1',
        'each is refused, dropped or answered: no 5xx',
        Object.entries(answers).flatMap(([name, status]) => (status >= 500 ? [`${name}: ${status}`] : [])),
        Object.keys(MALFORMED).length,
      ),
    ],
    figures: Object.fromEntries(Object.entries(answers).map(([name, status]) => [`answer to ${name}`, status])),
  };
}

const CONNECTIONS = 1_000;
/** Enough for every scraper there is, and far from an application's descriptors. */
const CONNECTIONS_KEPT = 20;

async function slowloris({ metricsPort, port }: Served): Promise<RowOutcome> {
  const sockets: Socket[] = [];
  let open = 0;
  for (let index = 0; index < CONNECTIONS; index += 1) {
    const socket = connect({ port: metricsPort, host: '127.0.0.1' }, () =>
      socket.write('GET /metrics HTTP/1.1\r\nHost:'),
    );
    // What nobody reads keeps a connection open on this side.
    socket.resume().on('error', () => undefined);
    socket.once('connect', () => {
      open += 1;
      socket.once('close', () => {
        open -= 1;
      });
    });
    sockets.push(socket);
  }
  const time = new Promise((resolve) => setTimeout(resolve, 3_000));
  const { requests, errors } = await watchApplication(port, time);
  const stillOpen = open;
  await new Promise((resolve) => setTimeout(resolve, 9_000));
  const atLast = open;
  for (const socket of sockets) socket.destroy();
  return {
    checks: [
      claim('I1', 'the application answers meanwhile', errors === 0, `${errors} errors in ${requests} requests`),
      claim('I3', `at most ${CONNECTIONS_KEPT} connections are kept`, stillOpen <= CONNECTIONS_KEPT, `${stillOpen}`),
      claim('I3', 'after 12 s none of them is left: a request has 5 s to come', atLast === 0, `${atLast}`),
    ],
    figures: { 'connections tried': CONNECTIONS, 'connections kept': stillOpen },
  };
}

async function storm({ metricsPort, port }: Served): Promise<RowOutcome> {
  const before = await watchApplication(port, new Promise((resolve) => setTimeout(resolve, 1_500)));
  let scrapes = 0;
  let answered = 0;
  const started = performance.now();
  const until = started + 4_000;
  const scraper = async () => {
    while (performance.now() < until) {
      scrapes += 1;
      if (statusOf(await rawRequest(metricsPort, `GET /metrics ${line}\r\n`)) === 200) answered += 1;
    }
  };
  const hung = Array.from({ length: 5 }, () => connect({ port: metricsPort, host: '127.0.0.1' }));
  for (const socket of hung)
    socket
      .on('error', () => undefined)
      .pause()
      .write(`GET /metrics ${line}\r\n`.repeat(50));
  const all = Promise.all(Array.from({ length: 10 }, scraper));
  const { requests, errors, medianMillis, p99Millis } = await watchApplication(port, all);
  for (const socket of hung) socket.destroy();
  return {
    checks: [
      claim('I1', 'the application answers meanwhile', errors === 0, `${errors} errors in ${requests} requests`),
      claim('I7', 'scrapes are answered', answered > 100, `${answered} of ${scrapes}`),
      withinMillis('I2', 'the application’s median answer takes longer by', medianMillis - before.medianMillis, 20),
    ],
    figures: {
      'scrapes a second': Math.round(scrapes / 4),
      'median and p99 of the application before (ms)': `${before.medianMillis.toFixed(1)}, ${before.p99Millis.toFixed(1)}`,
      'median and p99 of the application in the storm (ms)': `${medianMillis.toFixed(1)}, ${p99Millis.toFixed(1)}`,
    },
  };
}

const row = (
  id: string,
  fault: string,
  load: string,
  seconds: number,
  disturb: Parameters<typeof runPort>[0],
): FaultRow =>
  processRow({
    id,
    fault,
    load,
    expected: 'refused or answered; the application does not notice; bounded connections',
    typicalSeconds: seconds,
    run: (context) => runPort(disturb, context),
  });

export const PROMETHEUS_PORT: readonly FaultRow[] = [
  row(
    'F38 malformed',
    'malformed requests to the metrics port',
    `${Object.keys(MALFORMED).length} kinds`,
    10,
    malformed,
  ),
  row(
    'F38 slowloris',
    `${CONNECTIONS} connections to the metrics port that never finish their request`,
    'as said',
    15,
    slowloris,
  ),
  row('F39', 'a storm of scrapes: ten scrapers without a pause, and five that read nothing', '4 s', 8, storm),
];
