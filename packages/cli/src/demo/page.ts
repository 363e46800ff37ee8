import type { Patience } from '../signals/signal-search.ts';

/** A page as the pager received it. */
export interface Page {
  readonly alertname: string;
  readonly service: string;
  /** `deployment.environment.name` of what it is about; empty when it is about the stack itself. */
  readonly environment: string;
  readonly severity: string;
  readonly summary: string;
  /** Where to go on, by name: runbook, dashboard. */
  readonly links: Readonly<Record<string, string>>;
}

interface PagerAlert {
  readonly name: string;
  readonly status: string;
  readonly severity: string;
  readonly summary: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly links: readonly { readonly title: string; readonly url: string }[];
}

/** Firing alerts in the pager's answer that are critical. @throws TypeError when it is not an answer of the pager. */
export function criticalPages(answer: unknown): Page[] {
  const { pages } = answer as { pages?: readonly { readonly alerts?: readonly PagerAlert[] }[] };
  return (pages ?? [])
    .flatMap(({ alerts }) => alerts ?? [])
    .filter(({ status, severity }) => status === 'firing' && severity === 'critical')
    .map(({ name, severity, summary, labels, links }) => ({
      alertname: name,
      service: labels.service ?? '',
      environment: labels.deployment_environment_name ?? '',
      severity,
      summary,
      links: Object.fromEntries(links.map(({ title, url }) => [title, url])),
    }));
}

/** Asks the pager until it holds a critical page about `wanted`; undefined when patience ends first. */
export async function awaitPage(
  pagerUrl: string,
  wanted: Pick<Page, 'service' | 'environment'>,
  patience: Patience,
): Promise<Page | undefined> {
  const end = patience.now() + patience.patienceMillis;
  while (patience.now() < end) {
    const page = (await askPager(pagerUrl)).find(
      ({ service, environment }) => service === wanted.service && environment === wanted.environment,
    );
    if (page !== undefined) return page;
    await patience.pause(patience.pauseMillis);
  }
  return undefined;
}

async function askPager(pagerUrl: string): Promise<Page[]> {
  let answer: unknown;
  try {
    const response = await fetch(`${pagerUrl}/api/pages`, { signal: AbortSignal.timeout(5000) });
    if (!response.ok) return [];
    answer = await response.json();
  } catch {
    // A pager that does not answer has delivered nothing: the deadline of the caller says so.
    return [];
  }
  return criticalPages(answer);
}
