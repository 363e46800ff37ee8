import { expect, test } from '@jest/globals';
import { answered, failed, ScriptedTransport } from '../../test/scripted-transport.ts';
import { VirtualTime } from '../../test/virtual-time.ts';
import { type AttemptReport, timedTransport } from './timed-transport.ts';

const ATTEMPT = { signal: 'logs', body: new Uint8Array(3), contentEncoding: undefined, deadlineMillis: 5_000 } as const;

test.each([
  ['taken', answered(200), { statusCode: 200, reason: undefined }],
  ['too large', answered(413), { statusCode: 413, reason: '413' }],
  ['to be retried', answered(503), { statusCode: 503, reason: '5xx' }],
  ['refused', answered(400), { statusCode: 400, reason: '4xx' }],
  ['not ours', answered(401), { statusCode: 401, reason: '401' }],
  ['without an answer', failed('ECONNRESET'), { statusCode: undefined, reason: 'ECONNRESET' }],
])('an attempt that is %s is reported once, with its time, before its outcome is settled', (_, outcome, expected) => {
  const time = new VirtualTime();
  const wire = new ScriptedTransport();
  const said: (AttemptReport | string)[] = [];
  const transport = timedTransport(wire, time, (report) => said.push(report));
  transport.send(ATTEMPT, ({ kind }) => said.push(kind));
  time.advance(1_250);
  wire.last.settle(outcome);
  expect(said).toEqual([{ signal: 'logs', millis: 1_250, ...expected }, outcome.kind]);
});
