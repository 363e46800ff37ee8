import { expect, test } from '@jest/globals';
import { VirtualTime } from '../../test/virtual-time.ts';
import { CauseLog } from './cause-log.ts';

function createLog() {
  const time = new VirtualTime();
  const lines: string[] = [];
  return { time, lines, log: new CauseLog(time, (line) => lines.push(line)) };
}

test('one line per cause in 10 seconds, the next one with the count of what happened meanwhile', () => {
  const { time, lines, log } = createLog();
  for (let i = 0; i < 1_000; i++) log.report('traces: timeout', 5, 'spans lost');
  log.report('logs: timeout', 1, 'log records lost');
  expect(lines).toEqual(['traces: timeout: 5 spans lost', 'logs: timeout: 1 log records lost']);
  time.advance(9_999);
  log.report('traces: timeout', 5, 'spans lost');
  expect(lines).toHaveLength(2);
  time.advance(1);
  log.report('traces: timeout', 5, 'spans lost');
  expect(lines[2]).toBe('traces: timeout: 5005 spans lost (1001 times)');
});

test('what was held back is said at the end', () => {
  const { lines, log } = createLog();
  for (let i = 0; i < 3; i++) log.report('traces: 5xx', 2, 'spans lost');
  log.sayRest();
  log.sayRest();
  expect(lines).toEqual(['traces: 5xx: 2 spans lost', 'traces: 5xx: 4 more, 2 times']);
});

test('made-up causes cannot make it grow beyond 128, and a log that throws stops nothing', () => {
  const { lines, log } = createLog();
  for (let i = 0; i < 1_000; i++) log.report(`cause ${i}`, 1, 'spans');
  expect(lines).toHaveLength(128);
  const broken = new CauseLog(new VirtualTime(), () => {
    throw new Error('EPIPE');
  });
  expect(() => broken.report('x', 1, 'spans')).not.toThrow();
});
