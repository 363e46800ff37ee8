import type { StackUrls } from '../stack-urls.ts';
import type { ExampleUrls } from './example-applications.ts';

/** What a person can open, by name. */
export type Links = Readonly<Record<string, string>>;

/** Which programs have a web page: the native Jaeger comes without one, Grafana runs in Docker only. */
export interface Pages {
  readonly jaeger: boolean;
  readonly grafana: string | undefined;
}

/** Addresses to open after the demo. Never throws. */
export function demoLinks(stack: StackUrls, examples: ExampleUrls, pages: Pages): Links {
  return {
    ...(pages.grafana !== undefined && { 'Grafana (dashboards)': pages.grafana }),
    ...(pages.jaeger
      ? { 'Jaeger (traces)': `${stack.jaeger}/search?service=shop` }
      : { 'Jaeger (traces, API)': `${stack.jaeger}/api/traces?service=shop&limit=5` }),
    'Prometheus (metrics, alerts)': `${stack.prometheus}/alerts`,
    'Loki (logs, API)': `${stack.loki}/loki/api/v1/labels`,
    Alertmanager: stack.alertmanager,
    Pager: stack.pager,
    Shop: `${examples.shop}/products`,
  };
}
