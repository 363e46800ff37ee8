// An HTTP server that answers ok and passes its context on; at the end it extracts from random carriers directly.
import { createServer } from 'node:http';
import { context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { warmUp } from './spans.mjs';
import { tell, tellLedger } from './witness.mjs';

tellLedger();
let longestBaggage = 0;
let longestState = 0;
const passOn = (active) => {
  const carrier = {};
  propagation.inject(active, carrier);
  longestBaggage = Math.max(longestBaggage, String(carrier.baggage ?? '').length);
  longestState = Math.max(longestState, String(carrier.tracestate ?? '').length);
};
let served = 0;
const server = createServer((request, response) => {
  served += 1;
  passOn(context.active());
  response.end('ok');
  if (request.url === '/stop') setTimeout(finish, 50);
});

/** Numbers that are the same in every run. */
let state = 12_345;
const random = (below) => {
  state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
  return (state >>> 8) % below;
};
const PIECES = [
  '00-',
  'f'.repeat(32),
  '-',
  '0'.repeat(16),
  '01',
  '=',
  ',',
  ';',
  ' ',
  '%',
  '%zz',
  'a',
  'ot=th:',
  'rv:',
  '"',
  '\u0000',
  'é',
];
const text = () => Array.from({ length: random(40) }, () => PIECES[random(PIECES.length)]).join('');
const odd = () => [text(), [text(), text()], undefined, null, 7, {}, text().repeat(random(400))][random(7)];

/** Of this thread: what other processes do meanwhile is not in it. */
const cpuMillis = () => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};

function finish() {
  const times = 20_000;
  let slowestMillis = 0;
  for (let turn = 0; turn < times; turn += 1) {
    const carrier = { traceparent: odd(), tracestate: odd(), baggage: odd() };
    if (turn % 100 === 0) carrier.baggage = `${text()},`.repeat(2_000).slice(0, 65_536);
    const started = cpuMillis();
    try {
      passOn(propagation.extract(ROOT_CONTEXT, carrier));
    } catch (error) {
      tell('thrown', String(error));
    }
    // The first thousand compile.
    if (turn > 1_000) slowestMillis = Math.max(slowestMillis, cpuMillis() - started);
  }
  tell('served', served);
  tell('direct', times);
  tell('slowestMillis', slowestMillis);
  tell('longestBaggage', longestBaggage);
  tell('longestState', longestState);
  console.log('ending');
  server.close();
}

await warmUp();
server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
