import { gzipSync } from 'node:zlib';
import type { SinkStep } from '@vigil-internal/otlp-sink';
import type { FaultRow } from '../../row.ts';
import { ledgerClaim, lossesOf, PROBES_ONLY, sickAnswerRow } from './sick-answer.ts';

const MIB = 2 ** 20;
/** A partial success that ends in the middle of its number. */
const CUT_OFF = Buffer.from('0a0f08fdffff', 'hex').toString('base64');
const BOMB = gzipSync(Buffer.alloc(64 * MIB)).toString('base64');

/** F10: a success that is none for some of the spans. */
const PARTS: readonly (readonly [string, string, SinkStep])[] = [
  ['5 rejected', 'all but five of each request', { kind: 'partial', rejected: 5, message: 'too old' }],
  ['more than sent', 'nothing, and says it rejected 10^9', { kind: 'partial', rejected: 1e9, claims: 1_000_000_000 }],
  [
    'a 64-bit number',
    'nothing, and says it rejected 2^63 - 1',
    { kind: 'partial', rejected: 1e9, claims: '9223372036854775807' },
  ],
  ['negative', 'everything, and says it rejected -3', { kind: 'partial', rejected: 0, claims: -3 }],
  [
    'a message of 10 MB',
    'everything, with a message of 10 MB',
    { kind: 'partial', rejected: 0, message: 'x'.repeat(10 * MIB) },
  ],
];

const partialRows = PARTS.map(([name, takes, step]) =>
  sickAnswerRow(step, {
    id: `F10 ${name}`,
    fault: `partial success: takes ${takes}`,
    expected: 'what it rejected is counted, between none and what was sent, and never sent again; the message is cut',
    // The protocol of dd-trace has no partial success.
    subjects: ['vigil', 'upstream'],
    inSelection: name === '5 rejected',
    also: ledgerClaim('I4', 'nothing is lost but what was rejected', (ledger) => ({
      held: Object.entries(ledger.lost).every(([reason, count]) => count === 0 || reason === 'rejected'),
      seen: lossesOf(ledger),
    })),
  }),
);

/** A success whose body makes no sense: the status stands. */
const NONSENSE: readonly (readonly [string, SinkStep])[] = [
  ['truncated protobuf', { kind: 'answer', body: CUT_OFF, bodyEncoding: 'base64' }],
  [
    'HTML',
    {
      kind: 'answer',
      headers: { 'Content-Type': 'text/html' },
      body: '<html><body>Welcome to the hotel</body></html>',
    },
  ],
  ['broken gzip', { kind: 'answer', headers: { 'Content-Encoding': 'gzip' }, body: 'not gzip at all' }],
  ['a gzip bomb', { kind: 'answer', headers: { 'Content-Encoding': 'gzip' }, body: BOMB, bodyEncoding: 'base64' }],
  ['a body of 1 GB', { kind: 'flood', bytes: 1_024 * MIB }],
];

const nonsenseRows = NONSENSE.map(([name, step]) =>
  sickAnswerRow(step, {
    id: `F12 ${name}`,
    fault: `answers 200 with ${name}`,
    expected: '2xx stands; at most 64 KiB of an answer are read, nothing is inflated beyond them',
    also: ledgerClaim('I4', 'nothing is lost', (ledger) => ({
      held: Object.values(ledger.lost).every((count) => count === 0),
      seen: lossesOf(ledger),
    })),
  }),
);

/** What is no HTTP answer. */
const brokenRows = (
  [
    ['100 MB of headers', { kind: 'header-flood', bytes: 100 * MIB }],
    ['no HTTP', { kind: 'raw', bytes: 'SSH-2.0-OpenSSH_9.2\r\n' }],
    ['an HTTP/2 preface', { kind: 'raw', bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' }],
  ] as const satisfies readonly (readonly [string, SinkStep])[]
).map(([name, step]) =>
  sickAnswerRow(step, {
    id: `F12 ${name}`,
    fault: `answers with ${name}`,
    expected: 'its spans are unconfirmed: they were sent, and what came back says nothing; the breaker opens',
    bounds: PROBES_ONLY,
  }),
);

export const strangeRows: readonly FaultRow[] = [...partialRows, ...nonsenseRows, ...brokenRows];
