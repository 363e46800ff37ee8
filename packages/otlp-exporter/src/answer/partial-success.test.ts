import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encode } from '../../test/otlp-decoder.ts';
import { readPartialSuccess } from './partial-success.ts';

const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';
const NOTHING = { rejected: 0, message: '' };

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const answer = (partialSuccess: object): Uint8Array => encode('ExportTraceServiceResponse', { partialSuccess });
const json = (partialSuccess: object): Uint8Array => bytes(JSON.stringify({ partialSuccess }));

test.each([
  ['an empty body', PROTOBUF, new Uint8Array(0)],
  ['a web page', 'text/html', bytes('<html>ok</html>')],
  ['a web page that says it is protobuf', PROTOBUF, bytes('<html>ok</html>')],
  ['a web page that says it is JSON', JSON_TYPE, bytes('<html>ok</html>')],
  ['protobuf cut off', PROTOBUF, answer({ rejectedSpans: 5, errorMessage: 'x' }).subarray(0, -1)],
  ['JSON cut off', JSON_TYPE, bytes('{"partialSuccess":{"rejectedSpans":"5"')],
  ['a negative count', PROTOBUF, answer({ rejectedSpans: -3 })],
  ['a negative count in JSON', JSON_TYPE, json({ rejectedSpans: '-3' })],
  ['a count that is no number', JSON_TYPE, json({ rejectedSpans: 'all of them' })],
  ['JSON of 30,000 brackets', JSON_TYPE, bytes('['.repeat(30_000))],
  ['a polluting key', JSON_TYPE, bytes('{"__proto__":{"partialSuccess":{"rejectedSpans":3}}}')],
  ['another signal', JSON_TYPE, json({ rejectedLogRecords: '3' })],
  ['null', JSON_TYPE, bytes('{"partialSuccess":null}')],
  ['a varint without an end', PROTOBUF, new Uint8Array(40).fill(255)],
])('%s rejects nothing', (_, type, body) => {
  expect(readPartialSuccess('traces', type, body)).toEqual(NOTHING);
});

test.each([
  ['protobuf', PROTOBUF, answer({ rejectedSpans: 7, errorMessage: 'too old' })],
  [
    'protobuf with a charset',
    'Application/X-Protobuf; charset=utf-8',
    answer({ rejectedSpans: 7, errorMessage: 'too old' }),
  ],
  ['protobuf without a type', undefined, answer({ rejectedSpans: 7, errorMessage: 'too old' })],
  ['JSON with a string', JSON_TYPE, json({ rejectedSpans: '7', errorMessage: 'too old' })],
  ['JSON with a number', JSON_TYPE, json({ rejectedSpans: 7, errorMessage: 'too old' })],
  ['JSON in proto names', JSON_TYPE, bytes('{"partial_success":{"rejected_spans":"7","error_message":"too old"}}')],
  ['JSON without a type', undefined, json({ rejectedSpans: '7', errorMessage: 'too old' })],
])('7 rejected spans are read from %s', (_, type, body) => {
  expect(readPartialSuccess('traces', type, body)).toEqual({ rejected: 7, message: 'too old' });
});

test.each([
  ['metrics', { rejectedDataPoints: '4' }],
  ['logs', { rejectedLogRecords: 4 }],
] as const)('4 rejected items are read for %s, from protobuf by the same numbers', (signal, partialSuccess) => {
  expect(readPartialSuccess(signal, JSON_TYPE, json(partialSuccess)).rejected).toBe(4);
  expect(readPartialSuccess(signal, PROTOBUF, answer({ rejectedSpans: 4 })).rejected).toBe(4);
});

test('a count of the last int64 is the last safe integer', () => {
  const most = Number.MAX_SAFE_INTEGER;
  expect(readPartialSuccess('traces', PROTOBUF, answer({ rejectedSpans: '9223372036854775807' })).rejected).toBe(most);
  expect(readPartialSuccess('traces', JSON_TYPE, json({ rejectedSpans: '9223372036854775807' })).rejected).toBe(most);
  expect(readPartialSuccess('traces', JSON_TYPE, bytes('{"partialSuccess":{"rejectedSpans":1e400}}')).rejected).toBe(
    most,
  );
});

test('unknown fields of every wire type are passed over', () => {
  const unknown = Uint8Array.of(0x10, 5, 0x19, 1, 2, 3, 4, 5, 6, 7, 8, 0x22, 2, 9, 9, 0x2d, 1, 2, 3, 4);
  const body = Buffer.concat([unknown, answer({ rejectedSpans: 7 })]);
  expect(readPartialSuccess('traces', PROTOBUF, body).rejected).toBe(7);
});

test('a message of 300 characters is cut to 256, on a whole character', () => {
  const read = (errorMessage: string): string =>
    readPartialSuccess('traces', PROTOBUF, answer({ errorMessage })).message;
  expect(read('x'.repeat(256))).toBe('x'.repeat(256));
  expect(read('x'.repeat(300))).toBe('x'.repeat(256));
  expect(read(`${'x'.repeat(255)}😀`)).toBe('x'.repeat(255));
  expect(read('\u0000'.repeat(300))).toBe('\\u0000'.repeat(42));
});

test('control characters, line separators and direction marks are escaped', () => {
  const errorMessage = 'a\nb\r\u001b[31mc\u0085\u2028\u202e\ufeff"é';
  expect(readPartialSuccess('traces', JSON_TYPE, json({ errorMessage })).message).toBe(
    'a\\nb\\r\\u001b[31mc\\u0085\\u2028\\u202e\\ufeff"é',
  );
});

const partial = fc.record(
  { rejectedSpans: fc.oneof(fc.integer(), fc.string(), fc.double()), errorMessage: fc.string({ unit: 'binary' }) },
  { requiredKeys: [] },
);

/** Valid answers, valid answers with bytes changed, anything. */
const body: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 64 }),
  fc
    .tuple(fc.maxSafeInteger(), fc.string({ unit: 'binary' }), fc.nat(), fc.nat(255))
    .map(([rejectedSpans, errorMessage, at, byte]) => {
      const valid = answer({ rejectedSpans, errorMessage });
      valid[at % (2 * valid.length)] = byte;
      return valid;
    }),
  partial.map(json),
  fc.json({ depthSize: 'small' }).map(bytes),
);

const contentType = fc.constantFrom(PROTOBUF, JSON_TYPE, undefined, 'text/plain', '', ';');
const signal = fc.constantFrom('traces', 'metrics', 'logs');

test('100,000 answers: no throw, a whole count from 0 on, one short line of text', () => {
  fc.assert(
    fc.property(signal, contentType, body, (of, type, content) => {
      const { rejected, message } = readPartialSuccess(of, type, content);
      // The matchers would take most of the time.
      if (!Number.isSafeInteger(rejected) || rejected < 0) throw new Error(`rejected ${rejected}`);
      if (message.length > 256 || /\p{Cc}|\p{Cs}/u.test(message)) throw new Error(`message ${JSON.stringify(message)}`);
    }),
    { numRuns: 100_000 },
  );
}, 120_000);
