import { setTimeout } from 'node:timers/promises';
import type { OpenedStack } from '../open-stack.ts';
import { SIGNAL_MATRIX } from '../signals/signal-matrix.ts';
import { awaitSignals, type Patience } from '../signals/signal-search.ts';
import { stackUrls } from '../stack-urls.ts';
import type { StoredSpan } from '../stores/jaeger.ts';
import { createStoreClient, type StoreClient, StoreError } from '../stores/store-client.ts';
import { inheritedEnvironment } from '../supervisor/inherited-environment.ts';
import type { Colours } from '../terminal.ts';
import type { ExampleUrls } from './example-applications.ts';
import { awaitPage, type Page } from './page.ts';
import type { DemoResult } from './summary.ts';
import { startTraffic, type TrafficSummary } from './traffic.ts';
import { waterfall } from './waterfall.ts';

const REQUESTS_PER_SECOND = 20;
const LOAD_SECONDS = 60;
const HEALTHY_MILLIS = 20_000;
/** Usually 10–30 s; by design up to 77 s when the same alert was sent a moment before, and a minute for a full machine. */
const PAGE_MILLIS = 140_000;
/** Scraped every 15 s with 10 s to try, rules every 5 s, and a minute for a full machine. */
const SIGNALS_MILLIS = 90_000;
/** Longer than the wait for the page, short enough to end by itself when nobody comes back. */
const FAULT = { ratio: 0.6, ttlSeconds: 180 };

export interface MainJob {
  readonly stack: OpenedStack;
  readonly examples: ExampleUrls;
  /** `deployment.environment.name` of this run. */
  readonly environmentName: string;
  /** What is missing before it begins; with anything missing only the applications and the load are shown. */
  readonly missing: readonly string[];
  /** Says what happens now. */
  readonly step: (text: string) => void;
}

interface Incident {
  readonly page: Page | undefined;
  readonly seconds: number | undefined;
  /** Why the fault could not be injected; undefined when it was. */
  readonly problem: string | undefined;
}

const NO_INCIDENT: Incident = { page: undefined, seconds: undefined, problem: undefined };
const FAULT_REQUEST_MILLIS = 5_000;

/** Drives load, injects the fault, waits for the page, then looks for every signal and for a trace through both services. */
export async function runMainJob(job: MainJob): Promise<DemoResult> {
  const { stack, step, missing } = job;
  const { settings, around } = stack;
  const since = around.now();
  const patience = patienceOf(around.signal);
  step(`Load: ${REQUESTS_PER_SECOND} requests a second and Socket.IO clients for ${LOAD_SECONDS} s`);
  const load = driveLoad(job);
  await patience(0).pause(HEALTHY_MILLIS);
  const complete = missing.length === 0;
  if (complete)
    step(`Fault: ${FAULT.ratio * 100} % of payments fail from now on; waiting for the page (usually 10–30 s)`);
  const { page, seconds, problem } = complete ? await injectFault(job, patience(PAGE_MILLIS)) : NO_INCIDENT;
  if (page !== undefined)
    step(
      `Paged: ${page.alertname} of ${page.service}, ${seconds?.toFixed(0)} s after the fault; the load goes on to its end`,
    );
  const summary = await load;
  const traffic = summary.status === 'finished' ? summary.text : summary.problem;
  const problems = [
    ...missing,
    ...(problem === undefined ? [] : [problem]),
    ...(summary.status === 'finished' ? [] : [summary.problem]),
  ];
  const shown = { traffic, page, pageSeconds: seconds, missing: problems };
  if (!complete) return { ...shown, findings: [], crossing: undefined };
  step('Stores: looking for every signal (a few seconds)');
  const client = createStoreClient(stackUrls(settings));
  const findings = await awaitSignals(SIGNAL_MATRIX, client, since, patience(SIGNALS_MILLIS));
  const trace = await crossingTrace(client, since);
  const columns = process.stdout.columns ?? 120;
  return {
    ...shown,
    findings,
    crossing: trace && waterfall(trace, { columns, paint: painter(around.terminal.colours) }),
  };
}

/** Waiting that ends at once when the person at the terminal has had enough. */
function patienceOf(signal: AbortSignal): (patienceMillis: number) => Patience {
  return (patienceMillis) => ({
    patienceMillis,
    pauseMillis: 1000,
    now: () => (signal.aborted ? Number.POSITIVE_INFINITY : performance.now()),
    pause: (millis) => setTimeout(millis, undefined, { signal }).catch(() => undefined),
  });
}

async function driveLoad({ stack: { paths, around }, examples }: MainJob): Promise<TrafficSummary> {
  const environment = inheritedEnvironment(around.environment);
  const traffic = startTraffic({
    root: paths.root,
    url: examples.shop,
    rate: REQUESTS_PER_SECOND,
    seconds: LOAD_SECONDS,
    environment,
  });
  around.signal.addEventListener('abort', traffic.stop, { once: true });
  const summary = await traffic.done;
  around.signal.removeEventListener('abort', traffic.stop);
  return summary;
}

async function injectFault({ stack, examples, environmentName }: MainJob, patience: Patience): Promise<Incident> {
  const fault = `${examples.payments}/faults/errors`;
  const began = patience.now();
  const headers = { 'content-type': 'application/json' };
  const problem = await switchFault(fault, { method: 'PUT', headers, body: JSON.stringify(FAULT) });
  if (problem !== undefined) return { ...NO_INCIDENT, problem };
  const wanted = { service: 'payments', environment: environmentName };
  const page = await awaitPage(stackUrls(stack.settings).pager, wanted, patience);
  const seconds = (patience.now() - began) / 1000;
  await switchFault(fault, { method: 'DELETE' });
  return { ...NO_INCIDENT, page, seconds: page === undefined ? undefined : seconds };
}

/** Why the payments service did not take the request; undefined when it did. */
async function switchFault(url: string, request: RequestInit): Promise<string | undefined> {
  try {
    const { ok, status } = await fetch(url, { ...request, signal: AbortSignal.timeout(FAULT_REQUEST_MILLIS) });
    return ok ? undefined : `no fault was injected: ${url} answered ${status}`;
  } catch (error) {
    return `no fault was injected: ${url} did not answer (${error instanceof Error ? error.message : String(error)})`;
  }
}

/** A trace with a failed payment that both services took part in, else any that crosses. */
async function crossingTrace(client: StoreClient, since: Date): Promise<StoredSpan[] | undefined> {
  const query = { service: 'payments', attributes: { 'http.route': '/charges' }, since, limit: 50 };
  try {
    const crossing = (await client.traces(query)).filter(
      (spans) => new Set(spans.map(({ service }) => service)).size > 1,
    );
    return crossing.find((spans) => spans.some(({ isError }) => isError)) ?? crossing[0];
  } catch (error) {
    // A Jaeger that does not answer is reported as a missing trace; anything else is our own fault.
    if (!(error instanceof StoreError)) throw error;
    return undefined;
  }
}

function painter(colours: Colours): (text: string, service: string, isError: boolean) => string {
  return (text, service, isError) =>
    isError ? colours.red(text) : service === 'payments' ? colours.magenta(text) : colours.cyan(text);
}
