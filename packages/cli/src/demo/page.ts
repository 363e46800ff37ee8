import type { Patience } from '../signals/signal-search.ts';

/** A page as the pager received it. */
export interface Page {
  readonly alertname: string;
  readonly service: string;
  readonly severity: string;
  readonly summary: string;
  readonly runbook: string;
  readonly dashboard: string;
}

interface PagerAlert {
  readonly status: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Firing alerts in the pager's answer that are critical; what is not in the expected shape counts as none. Never throws. */
export function criticalPages(answer: unknown): Page[] {
  const { pages } = answer as { pages?: readonly { readonly alerts?: readonly PagerAlert[] }[] };
  return (pages ?? [])
    .flatMap(({ alerts }) => alerts ?? [])
    .filter(({ status, labels }) => status === 'firing' && labels.severity === 'critical')
    .map(({ labels, annotations }) => ({
      alertname: labels.alertname ?? '',
      service: labels.service ?? '',
      severity: labels.severity ?? '',
      summary: annotations.summary ?? '',
      runbook: annotations.runbook_url ?? '',
      dashboard: annotations.dashboard_url ?? '',
    }));
}

/** Asks the pager until it holds a critical page of `service`; undefined when patience ends first. */
export async function awaitPage(pagerUrl: string, service: string, patience: Patience): Promise<Page | undefined> {
  const end = patience.now() + patience.patienceMillis;
  while (patience.now() < end) {
    const page = (await askPager(pagerUrl)).find((candidate) => candidate.service === service);
    if (page !== undefined) return page;
    await patience.pause(patience.pauseMillis);
  }
  return undefined;
}

async function askPager(pagerUrl: string): Promise<Page[]> {
  try {
    const response = await fetch(`${pagerUrl}/api/pages`, { signal: AbortSignal.timeout(5000) });
    return criticalPages(await response.json());
  } catch {
    // A pager that does not answer has delivered nothing: the deadline of the caller says so.
    return [];
  }
}
