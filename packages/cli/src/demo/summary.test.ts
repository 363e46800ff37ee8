import { expect, test } from '@jest/globals';
import { chooseColours } from '../terminal.ts';
import { criticalPages } from './page.ts';
import { type DemoResult, problemsOfResult, summaryLines } from './summary.ts';
import { readSummary } from './traffic.ts';

const PAGE = {
  alertname: 'A',
  service: 'payments',
  environment: 'demo',
  severity: 'critical',
  summary: 'S',
  links: { Runbook: 'http://r' },
};
const COMPLETE: DemoResult = {
  traffic: '100 requests',
  findings: [{ source: 'http', store: 'prometheus', query: 'up', count: 3, problem: undefined }],
  crossing: 'trace',
  page: PAGE,
  pageSeconds: 21.4,
  missing: [],
};
const terminal = {
  out: () => undefined,
  note: () => undefined,
  colours: chooseColours({ isTerminal: false, noColor: undefined }),
};

test('a complete result has no problem, and each missing thing is one', () => {
  expect(problemsOfResult(COMPLETE)).toEqual([]);
  const finding = { source: 'http', store: 'loki' as const, query: '{a="b"}', count: 0, problem: 'no answer' };
  const poor = {
    ...COMPLETE,
    findings: [finding],
    crossing: undefined,
    page: undefined,
    missing: ['Loki was not started'],
  };
  expect(problemsOfResult(poor)).toEqual([
    'Loki was not started',
    'http: nothing in loki for {a="b"} (no answer)',
    'no trace crosses shop and payments',
    'no critical page of payments reached the pager',
  ]);
});

test('the summary shows the query of each signal and the seconds to the page', () => {
  const text = summaryLines(COMPLETE, { Jaeger: 'http://127.0.0.1:1' }, terminal).join('\n');
  expect(text).toMatch(/http +prometheus +3 +up/);
  expect(text).toContain('A (critical, payments) 21 s after the fault');
  expect(text).toContain('Everything was found.');
});

test('a resolved alert and a warning are no critical page', () => {
  const alert = (status: string, severity: string) => ({
    name: 'A',
    status,
    severity,
    summary: '',
    labels: {},
    links: [],
  });
  expect(criticalPages({ pages: [{ alerts: [alert('resolved', 'critical'), alert('firing', 'warning')] }] })).toEqual(
    [],
  );
  expect(criticalPages({ pages: [{ alerts: [alert('firing', 'critical')] }] })).toHaveLength(1);
  expect(criticalPages({})).toEqual([]);
});

test('a load generator that says nothing, or fails whatever it says, is a problem with its exit code', () => {
  expect(readSummary('', 1)).toEqual({ status: 'failed', problem: 'the load generator ended with 1: no output' });
  const summary = {
    seconds: 1,
    total: { requests: 5, failed: 0, latency: { p95Millis: 2 } },
    websocket: { events: {} },
  };
  expect(readSummary(JSON.stringify(summary), 0)).toMatchObject({ status: 'finished' });
  expect(readSummary(JSON.stringify(summary), 1)).toMatchObject({ status: 'failed' });
});
