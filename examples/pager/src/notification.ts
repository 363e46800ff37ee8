export interface Alert {
  readonly status: 'firing' | 'resolved';
  readonly fingerprint: string;
  readonly name: string;
  readonly severity: string;
  readonly summary: string;
  readonly description: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly startsAt: string;
  /** null while it is firing. */
  readonly endsAt: string | null;
  readonly links: readonly Link[];
}

export interface Link {
  readonly title: string;
  readonly url: string;
}

export interface Notification {
  readonly status: 'firing' | 'resolved';
  readonly receiver: string;
  readonly groupKey: string;
  readonly alerts: readonly Alert[];
  /** Alerts of the group that were left out, by Alertmanager or here. */
  readonly truncatedAlerts: number;
}

export type ParsedNotification =
  | { readonly status: 'ok'; readonly notification: Notification }
  | { readonly status: 'invalid'; readonly problem: string };

export const ALERTS_MAX = 100;
const LABELS_MAX = 64;
const TEXT_MAX = 2_000;

/** Reads the JSON of Alertmanager's webhook, version 4. Texts come out short and printable, links only as http(s). Never throws. */
export function parseNotification(text: string): ParsedNotification {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return invalid('expected JSON');
  }
  if (!isRecord(body)) return invalid('expected a JSON object');
  if (body.version !== '4') return invalid(`version: expected "4", got ${shown(body.version)}`);
  if (!isStatus(body.status)) return invalid(`status: expected firing or resolved, got ${shown(body.status)}`);
  if (!Array.isArray(body.alerts) || body.alerts.length === 0) return invalid('alerts: expected at least one');
  const alerts: Alert[] = [];
  for (const [at, value] of body.alerts.slice(0, ALERTS_MAX).entries()) {
    const alert = parseAlert(value);
    if (typeof alert === 'string') return invalid(`alerts[${at}].${alert}`);
    alerts.push(alert);
  }
  const leftOut =
    typeof body.truncatedAlerts === 'number' && body.truncatedAlerts > 0 ? Math.floor(body.truncatedAlerts) : 0;
  return {
    status: 'ok',
    notification: {
      status: body.status,
      receiver: printable(body.receiver),
      groupKey: printable(body.groupKey),
      alerts,
      truncatedAlerts: leftOut + body.alerts.length - alerts.length,
    },
  };
}

/** @returns the alert, or what is wrong with it. */
function parseAlert(value: unknown): Alert | string {
  if (!isRecord(value)) return ': expected an object';
  if (!isStatus(value.status)) return `status: expected firing or resolved, got ${shown(value.status)}`;
  if (!isTextRecord(value.labels)) return 'labels: expected an object of strings';
  if (!isTextRecord(value.annotations)) return 'annotations: expected an object of strings';
  if (!isTime(value.startsAt)) return `startsAt: expected a time, got ${shown(value.startsAt)}`;
  if (value.status === 'resolved' && !isTime(value.endsAt))
    return `endsAt: expected a time, got ${shown(value.endsAt)}`;
  const { labels, annotations } = value;
  return {
    status: value.status,
    fingerprint: printable(value.fingerprint) || JSON.stringify(labels).slice(0, TEXT_MAX),
    name: printable(labels.alertname) || 'unnamed',
    severity: printable(labels.severity) || 'unknown',
    summary: printable(annotations.summary),
    description: printable(annotations.description),
    labels: Object.fromEntries(
      Object.entries(labels)
        .slice(0, LABELS_MAX)
        .map(([name, text]) => [printable(name), printable(text)]),
    ),
    startsAt: new Date(value.startsAt).toISOString(),
    // Alertmanager sends the year 1 for "not yet".
    endsAt: value.status === 'resolved' && isTime(value.endsAt) ? new Date(value.endsAt).toISOString() : null,
    links: [
      ...link('Runbook', annotations.runbook_url),
      ...link('Dashboard', annotations.dashboard_url),
      ...link('Query', value.generatorURL),
    ],
  };
}

function link(title: string, value: unknown): Link[] {
  if (typeof value !== 'string' || value.length > TEXT_MAX || !URL.canParse(value)) return [];
  // A link is clicked by somebody half asleep: no javascript:, no data:, no file:.
  const { protocol, href } = new URL(value);
  return protocol === 'http:' || protocol === 'https:' ? [{ title, url: href }] : [];
}

/** One line without control and invisible characters: they could repaint the terminal or reverse the text of the page. */
function printable(value: unknown): string {
  if (typeof value !== 'string') return '';
  const text = value
    .slice(0, TEXT_MAX * 2)
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '')
    .trim();
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX - 1)}…` : text;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTextRecord(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.values(value).every((text) => typeof text === 'string');
}

function isStatus(value: unknown): value is 'firing' | 'resolved' {
  return value === 'firing' || value === 'resolved';
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}

function shown(value: unknown): string {
  return printable(JSON.stringify(value) ?? 'nothing').slice(0, 50);
}

function invalid(problem: string): ParsedNotification {
  return { status: 'invalid', problem };
}
