import type { StackUrls } from '../stack-urls.ts';
import type { ExampleUrls } from './example-applications.ts';

/** What a person can open, by name. */
export type Links = Readonly<Record<string, string>>;

/** Pages to open after the demo. Never throws. */
export function demoLinks(stack: StackUrls, examples: ExampleUrls): Links {
  return {
    'Jaeger (traces)': `${stack.jaeger}/search?service=shop`,
    'Prometheus (metrics, alerts)': `${stack.prometheus}/alerts`,
    'Loki (logs, API)': `${stack.loki}/loki/api/v1/labels`,
    Alertmanager: stack.alertmanager,
    Pager: stack.pager,
    Shop: `${examples.shop}/products`,
  };
}
