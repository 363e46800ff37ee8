import { expect, test } from '@jest/globals';
import type { Alert, Notification } from './notification.ts';
import { PageLog } from './page-log.ts';

const receivedAt = new Date('2026-01-01T00:00:00Z');

function alert(more: Partial<Alert>): Alert {
  return {
    status: 'firing',
    fingerprint: 'f',
    name: 'A',
    severity: 'critical',
    summary: '',
    description: '',
    labels: {},
    startsAt: '2026-01-01T00:00:00.000Z',
    endsAt: null,
    links: [],
    ...more,
  };
}

function notification(...alerts: Alert[]): Notification {
  return { status: 'firing', receiver: 'pager', groupKey: 'g', alerts, truncatedAlerts: 0 };
}

test('the fourth of three pages pushes the first out, ids go on', () => {
  const log = new PageLog({ pages: 3, bytes: 1_000, firingAlerts: 10 });
  for (let count = 0; count < 4; count += 1) log.add(notification(alert({})), { bytes: 1, receivedAt });
  expect(log.since(0).map((page) => page.id)).toEqual([2, 3, 4]);
  expect(log.latest).toBe(4);
});

test('pages also end at the bytes they may take together, the newest always stays', () => {
  const log = new PageLog({ pages: 100, bytes: 10, firingAlerts: 10 });
  for (const bytes of [6, 4, 1, 50]) log.add(notification(alert({})), { bytes, receivedAt });
  expect(log.since(0).map((page) => page.id)).toEqual([4]);
});

test('since(n) gives what came after n', () => {
  const log = new PageLog();
  for (let count = 0; count < 3; count += 1) log.add(notification(alert({})), { bytes: 1, receivedAt });
  expect(log.since(2).map((page) => page.id)).toEqual([3]);
  expect(log.since(3)).toEqual([]);
});

test('an alert fires until it is resolved, also after its page was pushed out', () => {
  const log = new PageLog({ pages: 1, bytes: 1_000, firingAlerts: 10 });
  log.add(notification(alert({ fingerprint: 'a' })), { bytes: 1, receivedAt });
  log.add(notification(alert({ fingerprint: 'b' })), { bytes: 1, receivedAt });
  expect(log.firing().map((firing) => firing.fingerprint)).toEqual(['a', 'b']);
  log.add(notification(alert({ fingerprint: 'a', status: 'resolved' })), { bytes: 1, receivedAt });
  expect(log.firing().map((firing) => firing.fingerprint)).toEqual(['b']);
});

test('critical comes before warning, and the longest first', () => {
  const log = new PageLog();
  const at = (hour: number) => `2026-01-01T0${hour}:00:00.000Z`;
  log.add(
    notification(
      alert({ fingerprint: 'odd', severity: 'shouting' }),
      alert({ fingerprint: 'warning', severity: 'warning', startsAt: at(0) }),
      alert({ fingerprint: 'late', startsAt: at(5) }),
      alert({ fingerprint: 'early', startsAt: at(1) }),
    ),
    { bytes: 1, receivedAt },
  );
  expect(log.firing().map((firing) => firing.fingerprint)).toEqual(['early', 'late', 'warning', 'odd']);
});

test('the third of two firing alerts pushes the first out', () => {
  const log = new PageLog({ pages: 10, bytes: 1_000, firingAlerts: 2 });
  log.add(notification(...['a', 'b', 'c'].map((fingerprint) => alert({ fingerprint }))), { bytes: 1, receivedAt });
  expect(log.firing().map((firing) => firing.fingerprint)).toEqual(['b', 'c']);
});
