import { expect, test } from '@jest/globals';
import { boardHtml, escapeHtml } from './board.ts';
import { CONTENT_SECURITY_POLICY, documentHtml } from './document.ts';
import { parseNotification } from './notification.ts';
import { PageLog } from './page-log.ts';

const now = new Date('2026-01-01T00:02:05Z');

function board(alertMore: object): string {
  const parsed = parseNotification(
    JSON.stringify({
      version: '4',
      status: 'firing',
      receiver: 'pager',
      groupKey: 'g',
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'A', severity: 'critical' },
          annotations: {},
          startsAt: '2026-01-01T00:00:00Z',
          fingerprint: 'f',
          ...alertMore,
        },
      ],
    }),
  );
  if (parsed.status === 'invalid') throw new Error(parsed.problem);
  const log = new PageLog();
  log.add(parsed.notification, { bytes: 1, receivedAt: now });
  return boardHtml({ firing: log.firing(), pages: log.since(0), heartbeatAt: undefined, now });
}

const ATTACKS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</article><svg onload=alert(1)>',
  '`+alert(1)+`',
];

test.each(ATTACKS)('%s stays text wherever an alert can put it', (attack) => {
  const html = board({
    labels: { alertname: attack, severity: attack, [attack]: attack },
    annotations: {
      summary: attack,
      description: attack,
      runbook_url: `https://example.com/${attack}`,
      dashboard_url: attack,
    },
    generatorURL: attack,
    fingerprint: attack,
  });
  const withoutOwnTags = html.replace(
    /<\/?(header|h1|h2|h3|span|section|article|div|p|nav|a|ul|ol|li|b|small|time|footer)( [a-z-]+(="[^"<>]*")?)*>/g,
    '',
  );
  expect(withoutOwnTags).not.toMatch(/[<>"']/);
});

test('each of the five characters that end text or attributes is escaped', () => {
  expect(escapeHtml(`&<>"'\``)).toBe('&#38;&#60;&#62;&#34;&#39;&#96;');
});

test('a firing alert shows its severity, how long, its summary and its links', () => {
  const html = board({
    annotations: { summary: 'Shop burns', description: 'a lot', runbook_url: 'https://example.com/r' },
    labels: { alertname: 'ShopBurn', severity: 'warning', service: 'shop' },
  });
  expect(html).toContain('class="card warning"');
  expect(html).toContain('2 min 5 s');
  expect(html).toContain('Shop burns');
  expect(html).toContain('<a href="https://example.com/r" target="_blank" rel="noreferrer noopener">Runbook</a>');
  expect(html).toContain('<span>service</span>shop');
});

test('nothing firing is said, not left empty', () => {
  const html = boardHtml({ firing: [], pages: [], heartbeatAt: new Date(now.getTime() - 14_000), now });
  expect(html).toContain('All quiet');
  expect(html).toContain('No page has arrived yet.');
  expect(html).toMatch(/Last heartbeat .*14 s.* ago/);
});

test('the document loads nothing from elsewhere and its policy allows nothing from elsewhere', () => {
  expect(documentHtml('')).not.toMatch(/(src|href)="(https?:)?\/\//);
  expect(CONTENT_SECURITY_POLICY).toMatch(
    /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; connect-src 'self'/,
  );
  expect(CONTENT_SECURITY_POLICY).not.toContain('unsafe');
});
