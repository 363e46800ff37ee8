import type { StackUrls } from '@vigil/cli';
import { type Awaited, until } from './waiting.ts';

const TIMEOUT_MILLIS = 5_000;

/** An alert as Prometheus holds it. */
export interface HeldAlert {
  readonly state: 'pending' | 'firing';
  readonly activeAt: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Alerts of that name that Prometheus holds, with labels that contain those given. */
export async function heldAlerts(
  urls: StackUrls,
  alertname: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<HeldAlert[]> {
  const response = await fetch(`${urls.prometheus}/api/v1/alerts`, { signal: AbortSignal.timeout(TIMEOUT_MILLIS) });
  const { data } = (await response.json()) as { data: { alerts: HeldAlert[] } };
  const wanted = Object.entries({ alertname, ...labels });
  return data.alerts.filter((alert) => wanted.every(([name, value]) => alert.labels[name] === value));
}

/** Waits until Prometheus holds an alert in that state. @throws when it does not come in time. */
export async function alertIs(
  urls: StackUrls,
  state: HeldAlert['state'] | 'gone',
  alertname: string,
  seconds: number,
  signal: AbortSignal,
  labels: Readonly<Record<string, string>> = {},
): Promise<Awaited<true>> {
  return await until(`${alertname} is ${state}`, seconds, signal, async () => {
    const found = await heldAlerts(urls, alertname, labels);
    const isThere = state === 'gone' ? found.length === 0 : found.some((alert) => alert.state === state);
    return isThere ? true : undefined;
  });
}
