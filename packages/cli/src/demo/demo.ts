import { setTimeout } from 'node:timers/promises';
import { type OpenedStack, openStack, type StackFlags } from '../open-stack.ts';
import { PENDING_SIGNALS, SIGNAL_MATRIX } from '../signals/signal-matrix.ts';
import { awaitSignals, type Patience } from '../signals/signal-search.ts';
import { stackUrls } from '../stack-urls.ts';
import type { StoredSpan } from '../stores/jaeger.ts';
import { createStoreClient, type StoreClient, StoreError } from '../stores/store-client.ts';
import { inheritedEnvironment } from '../supervisor/inherited-environment.ts';
import type { ExitCode, Surroundings } from '../surroundings.ts';
import type { Colours } from '../terminal.ts';
import { down } from '../verbs/down.ts';
import { up } from '../verbs/up.ts';
import { type DemoGroup, startDemoGroup } from './demo-group.ts';
import { demoLinks } from './links.ts';
import { awaitPage, type Page } from './page.ts';
import { type DemoResult, problemsOfResult, summaryLines } from './summary.ts';
import { startTraffic, type Traffic } from './traffic.ts';
import { waterfall } from './waterfall.ts';

/** `vigil demo`. */
export interface DemoFlags extends StackFlags {
  /** Exit with 1 when anything is missing. */
  readonly check: boolean;
  /** Leave everything running. */
  readonly keep: boolean;
}

const REQUESTS_PER_SECOND = 20;
const LOAD_SECONDS = 60;
const HEALTHY_MILLIS = 20_000;
const PAGE_MILLIS = 90_000;
const SIGNALS_MILLIS = 45_000;
/** Longer than the wait for the page, shorter than a forgotten fault would annoy. */
const FAULT = { ratio: 0.6, ttlSeconds: 120 };
const STACK_SECONDS = 120;

interface Faulted {
  readonly page: Page | undefined;
  readonly seconds: number | undefined;
}

/**
 * The main job: stack and applications up, load, a fault, the page, what each store holds, a trace through both services.
 *
 * @throws CommandError, ConfigError when it cannot be tried; nothing is left running then.
 */
export async function demo(flags: DemoFlags, surroundings: Surroundings): Promise<ExitCode> {
  const stack = openStack(flags, surroundings);
  const { around } = stack;
  const { note, colours } = around.terminal;
  const step = (text: string) => note(colours.bold(`▶ ${text}`));
  const missing: string[] = [];
  let group: DemoGroup | undefined;
  try {
    step('Stack: collector, Prometheus, Alertmanager, Jaeger, Loki, pager (about 15 s)');
    missing.push(...(await startStack(flags, around)));
    step('Applications: PostgreSQL, Redis, payments, shop with --import @vigil/node/register (about 5 s)');
    group = await startDemoGroup(stack, process.getuid?.() ?? 1);
    const result = await mainJob(stack, group, missing, step);
    summaryLines(result, demoLinks(stackUrls(stack.settings), group.urls), around.terminal).forEach(
      around.terminal.out,
    );
    notePending(around);
    if (around.signal.aborted) return 1;
    return flags.check && problemsOfResult(result).length > 0 ? 1 : 0;
  } finally {
    if (flags.keep && !around.signal.aborted) noteKept(around);
    else await stopEverything(flags, group, { ...around, signal: new AbortController().signal }, step);
  }
}

/** What could not be started, a sentence each: the demo goes on with its applications then. */
async function startStack(flags: DemoFlags, around: Surroundings): Promise<string[]> {
  try {
    const code = await up({ ...flags, wait: true, timeout: STACK_SECONDS }, around);
    return code === 0 ? [] : ['the stack did not come up (see above)'];
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'CommandError') throw error;
    around.terminal.note(`  ${error.message}`);
    return [`the stack was not started: ${error.message}`];
  }
}

async function mainJob(
  { paths, settings, around }: OpenedStack,
  { urls }: DemoGroup,
  missing: readonly string[],
  step: (text: string) => void,
): Promise<DemoResult> {
  const patience = (patienceMillis: number): Patience => ({
    patienceMillis: around.signal.aborted ? 0 : patienceMillis,
    pauseMillis: 1000,
    now: () => (around.signal.aborted ? Number.POSITIVE_INFINITY : performance.now()),
    pause: (millis) => setTimeout(millis, undefined, { signal: around.signal }).catch(() => undefined),
  });
  step(`Load: ${REQUESTS_PER_SECOND} requests a second and Socket.IO clients for ${LOAD_SECONDS} s`);
  const environment = inheritedEnvironment(around.environment);
  const traffic: Traffic = startTraffic({
    root: paths.root,
    url: urls.shop,
    rate: REQUESTS_PER_SECOND,
    seconds: LOAD_SECONDS,
    environment,
  });
  const stopTraffic = () => traffic.stop();
  around.signal.addEventListener('abort', stopTraffic, { once: true });
  await patience(0).pause(HEALTHY_MILLIS);
  step(`Fault: ${FAULT.ratio * 100} % of payments fail from now on; waiting for the page (usually 30 s)`);
  const { page, seconds } =
    missing.length > 0
      ? { page: undefined, seconds: undefined }
      : await injectFault(urls.payments, stackUrls(settings).pager, patience(PAGE_MILLIS));
  if (page !== undefined) around.terminal.note(`  paged: ${page.alertname}, ${seconds?.toFixed(0)} s after the fault`);
  const summary = await traffic.done;
  around.signal.removeEventListener('abort', stopTraffic);
  const text = summary.status === 'finished' ? summary.text : summary.problem;
  const problems = summary.status === 'finished' ? missing : [...missing, summary.problem];
  if (missing.length > 0)
    return { traffic: text, findings: [], crossing: undefined, page, pageSeconds: seconds, missing: problems };
  step('Stores: looking for every signal (a few seconds)');
  const client = createStoreClient(stackUrls(settings));
  const findings = await awaitSignals(SIGNAL_MATRIX, client, patience(SIGNALS_MILLIS));
  const crossing = await crossingTrace(client);
  const drawn =
    crossing &&
    waterfall(crossing, { columns: process.stdout.columns ?? 120, paint: painter(around.terminal.colours) });
  return { traffic: text, findings, crossing: drawn, page, pageSeconds: seconds, missing: problems };
}

async function injectFault(payments: string, pager: string, patience: Patience): Promise<Faulted> {
  const fault = `${payments}/faults/errors`;
  const began = patience.now();
  await fetch(fault, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(FAULT) });
  const page = await awaitPage(pager, 'payments', patience);
  const seconds = (patience.now() - began) / 1000;
  await fetch(fault, { method: 'DELETE' });
  return { page, seconds: page === undefined ? undefined : seconds };
}

/** The newest trace with a failed payment that both services took part in, else any that crosses. */
async function crossingTrace(client: StoreClient): Promise<StoredSpan[] | undefined> {
  const query = { service: 'payments', attributes: { 'http.route': '/charges' }, lookbackSeconds: 3600, limit: 50 };
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

function notePending({ terminal }: Surroundings): void {
  terminal.note(terminal.colours.dim(`Not measured yet, by name: ${PENDING_SIGNALS.join('; ')}.`));
}

function noteKept({ terminal }: Surroundings): void {
  terminal.note('Everything keeps running: `pnpm vigil status`, `pnpm vigil logs`, and `pnpm vigil down` to stop it.');
}

async function stopEverything(
  flags: DemoFlags,
  group: DemoGroup | undefined,
  around: Surroundings,
  step: (text: string) => void,
): Promise<void> {
  step('Stopping (about 5 s; --keep leaves everything running)');
  await group?.stop();
  await down({ ...flags, volumes: false }, around);
}
