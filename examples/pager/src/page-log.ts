import type { Alert, Notification } from './notification.ts';

export interface Page extends Notification {
  /** Counts up from 1 while the pager runs. */
  readonly id: number;
  readonly receivedAt: string;
}

export interface PageLogLimits {
  readonly pages: number;
  /** Of all kept pages together, counted as they came in. */
  readonly bytes: number;
  readonly firingAlerts: number;
}

export const PAGE_LOG_LIMITS: PageLogLimits = { pages: 200, bytes: 16 * 1024 * 1024, firingAlerts: 500 };

/** The last pages and what is firing now, in memory. At a bound the oldest goes. */
export class PageLog {
  readonly #limits: PageLogLimits;
  readonly #pages: { page: Page; bytes: number }[] = [];
  readonly #firing = new Map<string, Alert>();
  #bytes = 0;
  #latest = 0;

  constructor(limits: PageLogLimits = PAGE_LOG_LIMITS) {
    this.#limits = limits;
  }

  add(notification: Notification, { bytes, receivedAt }: { bytes: number; receivedAt: Date }): Page {
    this.#latest += 1;
    const page: Page = { id: this.#latest, receivedAt: receivedAt.toISOString(), ...notification };
    this.#pages.push({ page, bytes });
    this.#bytes += bytes;
    while (this.#pages.length > 1 && (this.#pages.length > this.#limits.pages || this.#bytes > this.#limits.bytes))
      this.#bytes -= this.#pages.shift()?.bytes ?? 0;
    for (const alert of notification.alerts) this.#note(alert);
    return page;
  }

  get latest(): number {
    return this.#latest;
  }

  /** Pages with a higher id than `id`, oldest first; 0 gives all that are kept. */
  since(id: number): Page[] {
    return this.#pages.filter(({ page }) => page.id > id).map(({ page }) => page);
  }

  /** Alerts whose last news was "firing", the loudest and then the longest first. */
  firing(): Alert[] {
    return [...this.#firing.values()].sort(
      (a, b) => loudness(a) - loudness(b) || Date.parse(a.startsAt) - Date.parse(b.startsAt),
    );
  }

  #note(alert: Alert): void {
    this.#firing.delete(alert.fingerprint);
    if (alert.status === 'resolved') return;
    this.#firing.set(alert.fingerprint, alert);
    if (this.#firing.size <= this.#limits.firingAlerts) return;
    const [oldest] = this.#firing.keys();
    if (oldest !== undefined) this.#firing.delete(oldest);
  }
}

const SEVERITIES = ['critical', 'warning', 'info'];

function loudness({ severity }: Alert): number {
  const at = SEVERITIES.indexOf(severity);
  return at === -1 ? SEVERITIES.length : at;
}
