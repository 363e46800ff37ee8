import { expect, test } from '@jest/globals';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { HTTP_CLIENT_REQUEST_DURATION } from '@vigil/conventions';
import { RecordingHost } from '../../test/http/recording-host.ts';
import { ClientOperation } from './client-operation.ts';
import { ClientTargets } from './client-targets.ts';
import { UnreadAnswers } from './unread-answers.ts';

const ADDRESS = { scheme: 'http', address: 'shop.test', port: 80 };

function setUp() {
  const host = new RecordingHost();
  let givenUp = 0;
  const unread = new UnreadAnswers(
    host.contextManager,
    () => 0,
    () => {
      givenUp += 1;
    },
  );
  const target = new ClientTargets(host.metrics).add('GET', 'shop', ADDRESS);
  const answered = (atMillis: number) => {
    const span = host.tracer('test')?.startOperation('GET', 2, ROOT_CONTEXT, [], target.constants);
    const asked = { origin: 'http://shop.test', path: '/', originalMethod: undefined };
    const operation = new ClientOperation(span, target, atMillis - 250, asked);
    operation.answered(200, '1.1', atMillis);
    unread.add(operation);
    return operation;
  };
  return { host, unread, answered, givenUp: () => givenUp };
}

test('an answer that nobody reads ends after 30 s, with the time of its head', () => {
  const { host, unread, answered, givenUp } = setUp();
  answered(1_000);
  unread.sweep(30_999);
  expect(host.ended).toHaveLength(0);
  unread.sweep(31_000);
  const [span] = host.ended;
  expect(span?.statusCode).toBe(0);
  const seconds =
    span === undefined ? 0 : span.endSeconds - span.startSeconds + (span.endNanos - span.startNanos) / 1e9;
  expect(seconds).toBeCloseTo(0.25, 6);
  expect(host.values(HTTP_CLIENT_REQUEST_DURATION)[0]?.value).toBeCloseTo(0.25, 6);
  expect(givenUp()).toBe(1);
});

test('those that were read are not touched, wherever they stood', () => {
  const { host, unread, answered } = setUp();
  const operations = [1, 2, 3, 4, 5].map((index) => answered(index));
  for (const index of [2, 0, 4]) {
    const operation = operations[index] as ClientOperation;
    unread.remove(operation);
    unread.remove(operation);
  }
  unread.sweep(40_000);
  expect(operations.map(({ isEnded }) => isEnded)).toEqual([false, true, false, true, false]);
  expect(host.ended).toHaveLength(2);
  answered(50_000);
  unread.sweep(90_000);
  expect(host.ended).toHaveLength(3);
});

test('of 10,001 the oldest ends at once', () => {
  const { unread, answered, givenUp } = setUp();
  const oldest = answered(0);
  for (let index = 1; index < 10_000; index += 1) answered(index);
  expect(oldest.isEnded).toBe(false);
  answered(10_000);
  expect(oldest.isEnded).toBe(true);
  expect(givenUp()).toBe(1);
  unread.sweep(1e9);
});
