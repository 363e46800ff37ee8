import { stripVTControlCharacters } from 'node:util';
import { expect, test } from '@jest/globals';
import type { Page } from './page-log.ts';
import { terminalBlock } from './terminal-block.ts';

const page: Page = {
  id: 1,
  receivedAt: '2026-01-01T00:02:14.000Z',
  status: 'firing',
  receiver: 'pager',
  groupKey: 'g',
  truncatedAlerts: 2,
  alerts: [
    {
      status: 'firing',
      fingerprint: 'f',
      name: 'ShopBurn',
      severity: 'critical',
      summary: 'The shop burns its budget.',
      description: 'eleven percent of requests fail',
      labels: { alertname: 'ShopBurn', severity: 'critical', service: 'shop' },
      startsAt: '2026-01-01T00:00:00.000Z',
      endsAt: null,
      links: [{ title: 'Runbook', url: 'https://example.com/a/very/long/link/that/does/not/fit' }],
    },
  ],
};

test('without colours it is plain text that says how long after the start', () => {
  const text = terminalBlock(page, { width: 80, colours: false });
  expect(text).not.toContain('\u001b');
  expect(text).toMatch(/┃ {2}CRITICAL {3}ShopBurn {2}\d\d:\d\d:\d\d, 2 min 14 s after it started/);
  expect(text).toContain('┃ service=shop\n');
  expect(text).toContain('… and 2 more of this group');
});

test('with colours the same words are there', () => {
  const text = terminalBlock(page, { width: 80, colours: true });
  expect(text).toContain('\u001b[41m');
  expect(stripVTControlCharacters(text)).toBe(terminalBlock(page, { width: 80, colours: false }));
});

test('text is wrapped to the width, a link stays whole', () => {
  const lines = terminalBlock(page, { width: 24, colours: false }).split('\n');
  expect(lines).toContain('┃ eleven percent of');
  expect(lines).toContain('┃ runbook    https://example.com/a/very/long/link/that/does/not/fit');
});

test('a resolved alert says how long it lasted', () => {
  const [alert] = page.alerts;
  if (alert === undefined) throw new Error('no alert');
  const resolved = {
    ...page,
    truncatedAlerts: 0,
    alerts: [{ ...alert, status: 'resolved' as const, endsAt: '2026-01-01T01:01:30.000Z' }],
  };
  expect(terminalBlock(resolved, { width: 80, colours: false })).toMatch(
    /RESOLVED {3}ShopBurn {2}\d\d:\d\d:\d\d, after 1 h 1 min/,
  );
});
