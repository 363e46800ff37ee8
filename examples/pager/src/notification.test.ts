import { expect, test } from '@jest/globals';
import { ALERTS_MAX, parseNotification } from './notification.ts';

const alert = {
  status: 'firing',
  labels: { alertname: 'ShopBurn', severity: 'critical', service: 'shop' },
  annotations: {
    summary: 'S',
    description: 'D',
    runbook_url: 'https://example.com/r',
    dashboard_url: 'http://127.0.0.1:3000/d/x',
  },
  startsAt: '2026-01-01T00:00:00.123456789Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://127.0.0.1:9090/graph',
  fingerprint: 'f1',
};
const body = {
  version: '4',
  groupKey: '{}:{}',
  status: 'firing',
  receiver: 'pager',
  truncatedAlerts: 0,
  alerts: [alert],
};

const parse = (value: unknown) => parseNotification(JSON.stringify(value));
const parsedAlert = (more: object) => {
  const parsed = parse({ ...body, alerts: [{ ...alert, ...more }] });
  return parsed.status === 'ok' ? parsed.notification.alerts[0] : undefined;
};

test.each([
  [[], 'expected a JSON object'],
  [{ ...body, version: '3' }, 'version: expected "4", got "3"'],
  [{ ...body, status: 'on' }, 'status: expected firing or resolved, got "on"'],
  [{ ...body, alerts: [] }, 'alerts: expected at least one'],
  [{ ...body, alerts: [{ ...alert, labels: { a: 1 } }] }, 'alerts[0].labels: expected an object of strings'],
  [{ ...body, alerts: [alert, { ...alert, startsAt: 'soon' }] }, 'alerts[1].startsAt: expected a time, got "soon"'],
  [{ ...body, alerts: [{ ...alert, status: 'resolved', endsAt: '' }] }, 'alerts[0].endsAt: expected a time, got ""'],
])('%j is refused with the place', (value, problem) => {
  expect(parse(value)).toEqual({ status: 'invalid', problem });
});

test('text that is no JSON is refused', () => {
  expect(parseNotification('{')).toEqual({ status: 'invalid', problem: 'expected JSON' });
});

test('a firing alert has no end: the year 1 means not yet', () => {
  expect(parsedAlert({})).toMatchObject({
    name: 'ShopBurn',
    severity: 'critical',
    startsAt: '2026-01-01T00:00:00.123Z',
    endsAt: null,
  });
});

test('a resolved alert has its end', () => {
  expect(parsedAlert({ status: 'resolved', endsAt: '2026-01-01T00:01:00Z' })?.endsAt).toBe('2026-01-01T00:01:00.000Z');
});

test('runbook, dashboard and query become links', () => {
  expect(parsedAlert({})?.links.map((link) => link.title)).toEqual(['Runbook', 'Dashboard', 'Query']);
});

test.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', ' java\nscript:alert(1)', '/relative', ''])(
  '%j is no link',
  (url) => {
    expect(parsedAlert({ annotations: { runbook_url: url }, generatorURL: url })?.links).toEqual([]);
  },
);

test('escape sequences and reversed text do not get in', () => {
  const summary = parsedAlert({ annotations: { summary: 'a\u001b[31mb\u202ec\r\nd\u0007' } })?.summary;
  expect(summary).toBe('a[31mbc d');
});

test('a text of 2001 characters is cut to 2000', () => {
  const summary = parsedAlert({ annotations: { summary: 'x'.repeat(2_001) } })?.summary ?? '';
  expect([summary.length, summary.endsWith('…')]).toEqual([2_000, true]);
});

test(`of ${ALERTS_MAX + 1} alerts ${ALERTS_MAX} are kept and the rest is counted with what Alertmanager left out`, () => {
  const parsed = parse({ ...body, truncatedAlerts: 5, alerts: Array.from({ length: ALERTS_MAX + 1 }, () => alert) });
  expect(parsed.status === 'ok' && [parsed.notification.alerts.length, parsed.notification.truncatedAlerts]).toEqual([
    ALERTS_MAX,
    6,
  ]);
});
