import { spokenDuration } from './duration.ts';
import type { Alert } from './notification.ts';
import type { Page } from './page-log.ts';

export interface Board {
  readonly firing: readonly Alert[];
  /** Oldest first. */
  readonly pages: readonly Page[];
  readonly heartbeatAt: Date | undefined;
  readonly now: Date;
}

const HISTORY_SHOWN = 50;
const HIDDEN_LABELS = ['alertname', 'severity'];
const KNOWN_SEVERITIES = ['critical', 'warning', 'info'];

/** The part of the page that changes, as HTML. Everything that came from outside passes through `escapeHtml`. */
export function boardHtml({ firing, pages, heartbeatAt, now }: Board): string {
  return [
    headline(firing),
    firing.length === 0
      ? quiet(pages.length)
      : `<section class="cards">${firing.map((alert) => card(alert, now)).join('')}</section>`,
    history(pages, now),
    `<footer>${heartbeatAt === undefined ? 'No heartbeat received yet' : `Last heartbeat ${timeAgo(heartbeatAt.toISOString(), now)} ago`} · ${pages.length} pages kept</footer>`,
  ].join('');
}

/** Makes text safe between tags and inside quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function headline(firing: readonly Alert[]): string {
  const loudest = firing[0] === undefined ? 'ok' : tone(firing[0]);
  const text = firing.length === 0 ? 'All quiet' : `${firing.length} firing`;
  return `<header class="${loudest}"><h1>Pager</h1><span class="state" role="status">${text}</span></header>`;
}

function quiet(pageCount: number): string {
  return `<section class="quiet"><p>${pageCount === 0 ? 'No page has arrived yet.' : 'Nothing is firing.'}</p></section>`;
}

function card(alert: Alert, now: Date): string {
  return `<article class="card ${tone(alert)}">
<div class="top"><span class="badge">${escapeHtml(alert.severity)}</span><h2>${escapeHtml(alert.name)}</h2><span class="since">for ${timeAgo(alert.startsAt, now)}</span></div>
${alert.summary === '' ? '' : `<p class="summary">${escapeHtml(alert.summary)}</p>`}
${alert.description === '' ? '' : `<p>${escapeHtml(alert.description)}</p>`}
${links(alert)}${labels(alert)}</article>`;
}

function links(alert: Alert): string {
  if (alert.links.length === 0) return '';
  const anchors = alert.links.map(
    ({ title, url }) =>
      `<a href="${escapeHtml(url)}" target="_blank" rel="noreferrer noopener">${escapeHtml(title)}</a>`,
  );
  return `<nav>${anchors.join('')}</nav>`;
}

function labels({ labels: all }: Alert): string {
  const shown = Object.entries(all).filter(([name]) => !HIDDEN_LABELS.includes(name));
  if (shown.length === 0) return '';
  return `<ul class="labels">${shown.map(([name, value]) => `<li><span>${escapeHtml(name)}</span>${escapeHtml(value)}</li>`).join('')}</ul>`;
}

function history(pages: readonly Page[], now: Date): string {
  if (pages.length === 0) return '';
  const rows = pages
    .slice(-HISTORY_SHOWN)
    .reverse()
    .map((page) => historyRow(page, now));
  return `<section class="history"><h3>Pages</h3><ol>${rows.join('')}</ol></section>`;
}

function historyRow(page: Page, now: Date): string {
  const alerts = page.alerts.map(
    (alert) =>
      `<li class="${alert.status === 'resolved' ? 'ok' : tone(alert)}"><b>${escapeHtml(alert.name)}</b> ${alert.status === 'resolved' ? `resolved after ${lasted(alert)}` : 'firing'}<small>${escapeHtml(alert.summary)}</small></li>`,
  );
  const more = page.truncatedAlerts > 0 ? `<li>and ${page.truncatedAlerts} more</li>` : '';
  return `<li><span class="at">${clock(page.receivedAt)}<small>${timeAgo(page.receivedAt, now)} ago</small></span><ul>${alerts.join('')}${more}</ul></li>`;
}

function lasted({ startsAt, endsAt }: Alert): string {
  return spokenDuration(Date.parse(endsAt ?? startsAt) - Date.parse(startsAt));
}

function tone({ severity }: Alert): string {
  return KNOWN_SEVERITIES.includes(severity) ? severity : 'unknown';
}

/** The script keeps it counting. */
function timeAgo(at: string, now: Date): string {
  return `<time datetime="${escapeHtml(at)}" data-ago>${spokenDuration(now.getTime() - Date.parse(at))}</time>`;
}

function clock(at: string): string {
  return `<time datetime="${escapeHtml(at)}" data-clock>${escapeHtml(at.slice(11, 19))} UTC</time>`;
}
