import { stripVTControlCharacters, styleText } from 'node:util';
import { spokenDuration } from './duration.ts';
import type { Alert } from './notification.ts';
import type { Page } from './page-log.ts';

type Format = Parameters<typeof styleText>[0];

export interface BlockStyle {
  /** Columns of the terminal. */
  readonly width: number;
  readonly colours: boolean;
}

const BADGES: Readonly<Record<string, Format>> = {
  critical: ['bold', 'white', 'bgRed'],
  warning: ['bold', 'black', 'bgYellow'],
  info: ['bold', 'black', 'bgCyan'],
  resolved: ['bold', 'black', 'bgGreen'],
};
const BARS: Readonly<Record<string, Format>> = { critical: 'red', warning: 'yellow', info: 'cyan', resolved: 'green' };
const HIDDEN_LABELS = ['alertname', 'severity'];

/** One page for the terminal: a block an alert, readable without colours. */
export function terminalBlock(page: Page, style: BlockStyle): string {
  const blocks = page.alerts.map((alert) => alertBlock(alert, page, style));
  if (page.truncatedAlerts > 0) blocks.push(`  … and ${page.truncatedAlerts} more of this group`);
  return `\n${blocks.join('\n\n')}\n`;
}

function alertBlock(alert: Alert, page: Page, { width, colours }: BlockStyle): string {
  const look = alert.status === 'resolved' ? 'resolved' : alert.severity;
  const paint = (format: Format, text: string) => (colours ? styleText(format, text, { validateStream: false }) : text);
  const badge = alert.status === 'resolved' ? ' RESOLVED ' : ` ${alert.severity.toUpperCase()} `;
  const lines = [
    `${paint(BADGES[look] ?? ['bold', 'inverse'], badge)}  ${paint('bold', alert.name)}  ${paint('dim', when(alert, page))}`,
    ...wrap(alert.summary, width - 4).map((line) => paint('bold', line)),
    ...wrap(alert.description, width - 4),
    // Links are not wrapped: a terminal opens them only whole.
    ...alert.links.map(
      ({ title, url }) => `${paint('dim', title.toLowerCase().padEnd(10))} ${paint('underline', url)}`,
    ),
    ...wrap(labelText(alert), width - 4).map((line) => paint('dim', line)),
  ];
  const bar = paint(BARS[look] ?? 'white', '┃');
  return lines.map((line) => `${bar} ${line}`).join('\n');
}

function when(alert: Alert, page: Page): string {
  const startedMillis = Date.parse(alert.startsAt);
  const clock = new Date(page.receivedAt).toTimeString().slice(0, 8);
  if (alert.endsAt !== null) return `${clock}, after ${spokenDuration(Date.parse(alert.endsAt) - startedMillis)}`;
  return `${clock}, ${spokenDuration(Date.parse(page.receivedAt) - startedMillis)} after it started`;
}

function labelText({ labels }: Alert): string {
  return Object.entries(labels)
    .filter(([name]) => !HIDDEN_LABELS.includes(name))
    .map(([name, value]) => `${name}=${value}`)
    .join('  ');
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of stripVTControlCharacters(text)
    .split(' ')
    .flatMap((part) => chop(part, width))) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}

/** Pieces of a word that alone is wider than a line; none of nothing. */
function chop(word: string, width: number): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < word.length; at += width) pieces.push(word.slice(at, at + width));
  return pieces;
}
