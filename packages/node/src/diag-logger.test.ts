import { expect, test } from '@jest/globals';
import { createDiagLogger } from './diag-logger.ts';

function setUp(options: { messagesMaximum?: number } = {}) {
  const lines: string[] = [];
  const clock = { millis: 0 };
  const logger = createDiagLogger({
    write: (line) => void lines.push(line),
    nowMillis: () => clock.millis,
    ...options,
  });
  return { lines, clock, logger };
}

test('the same message is written once a minute, then with the number that was left out', () => {
  const { lines, clock, logger } = setUp();
  logger.error('collector is down');
  clock.millis = 59_999;
  logger.error('collector is down');
  logger.error('collector is down');
  expect(lines).toEqual(['vigil: collector is down']);
  clock.millis = 60_000;
  logger.error('collector is down');
  expect(lines[1]).toBe('vigil: collector is down (2 more like this)');
});

test('messages that differ in numbers or ids only are one message', () => {
  const { lines, logger } = setUp();
  logger.warn('Dropped 12 spans');
  logger.warn('Dropped 513 spans');
  logger.warn('span ended twice: dcd7736476c0ecad');
  logger.warn('span ended twice: a93e806a7acb8317');
  expect(lines).toEqual(['vigil: Dropped 12 spans', 'vigil: span ended twice: dcd7736476c0ecad']);
});

test('a second message is written beside the first', () => {
  const { lines, logger } = setUp();
  logger.error('a');
  logger.error('b', new Error('c\nd'), { e: 1 });
  expect(lines).toEqual(['vigil: a', 'vigil: b c d { e: 1 }']);
});

test('levels below warn say their name', () => {
  const { lines, logger } = setUp();
  logger.info('a');
  logger.debug('a');
  logger.verbose('a');
  expect(lines).toEqual(['vigil info: a', 'vigil debug: a', 'vigil verbose: a']);
});

test('of three messages with room for two the oldest is forgotten', () => {
  const { lines, logger } = setUp({ messagesMaximum: 2 });
  for (const message of ['a', 'b', 'c', 'b', 'a']) logger.error(message);
  expect(lines).toEqual(['vigil: a', 'vigil: b', 'vigil: c', 'vigil: a']);
});
