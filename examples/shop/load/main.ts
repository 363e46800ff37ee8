import { setTimeout as sleep } from 'node:timers/promises';
import { Followers } from './followers.ts';
import { type LoadOptions, readOptions, USAGE } from './options.ts';
import { type LoadSummary, summaryTable } from './summary-table.ts';
import { total } from './tally.ts';
import { Traffic } from './traffic.ts';

const PROGRESS_EVERY_MILLIS = 5_000;
const CONNECT_MILLIS = 5_000;
// Paid orders are shipped a little later; the clients wait for that.
const LAST_EVENTS_MILLIS = 3_500;
const REACH_ATTEMPTS = 3;

const read = readOptions(process.argv.slice(2));
if (read.status === 'help') process.stdout.write(`${USAGE}\n`);
else if (read.status === 'invalid') giveUp(2, read.problem);
else await run(read.options);

async function run(options: LoadOptions): Promise<void> {
  const { url, rate, seconds, clients, json } = options;
  await reach(url);
  const customerIds = await ids(`${url}/customers?limit=${Math.min(100, Math.max(1, clients))}`, 'customers');
  const productIds = await ids(`${url}/products?limit=100`, 'products');
  if (customerIds.length === 0 || productIds.length === 0)
    giveUp(1, `${url} has no customers or no products: is it the shop?`);

  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  const followers = new Followers(
    url,
    Array.from({ length: clients }, (_, at) => customerIds[at % customerIds.length] ?? 1),
  );
  await followers.connected(CONNECT_MILLIS);

  const traffic = new Traffic({ url, rate, seconds, customerIds, productIds, signal: stop.signal });
  progress(
    `sending ${rate} requests a second to ${url} for ${seconds} s, ${followers.summary().connected} of ${clients} clients connected`,
  );
  const startedMillis = performance.now();
  const ticker = setInterval(
    () => progress(progressLine(traffic, followers, performance.now() - startedMillis)),
    PROGRESS_EVERY_MILLIS,
  );
  await traffic.send();
  clearInterval(ticker);
  const elapsedSeconds = (performance.now() - startedMillis) / 1_000;
  if (clients > 0 && !stop.signal.aborted)
    await sleep(LAST_EVENTS_MILLIS, undefined, { signal: stop.signal }).catch(() => undefined);
  const summary = summarize(options, elapsedSeconds, traffic, followers);
  followers.close();
  process.stdout.write(json ? `${JSON.stringify(summary)}\n` : `\n${summaryTable(summary)}\n`);
}

function summarize(
  { url, rate, seconds }: LoadOptions,
  elapsedSeconds: number,
  traffic: Traffic,
  followers: Followers,
): LoadSummary {
  const sum = total(Object.values(traffic.tallies)).summary();
  return {
    url,
    seconds: Math.round(elapsedSeconds * 10) / 10,
    requestsPlanned: rate * seconds,
    requestsPerSecond: Math.round((sum.requests / elapsedSeconds) * 10) / 10,
    total: sum,
    kinds: Object.fromEntries(Object.entries(traffic.tallies).map(([kind, tally]) => [kind, tally.summary()])),
    websocket: followers.summary(),
  };
}

function progressLine(traffic: Traffic, followers: Followers, elapsedMillis: number): string {
  const { requests, refused, failed, unanswered, latency } = total(Object.values(traffic.tallies)).summary();
  const { events, acknowledge } = followers.summary();
  const eventCount = Object.values(events).reduce((sum, count) => sum + count, 0);
  return (
    `${String(Math.round(elapsedMillis / 1_000)).padStart(4)} s  ${requests} requests (${refused} refused, ${failed} failed, ${unanswered} without answer), ` +
    `p95 ${latency.p95Millis} ms, ${eventCount} events, ${acknowledge.count} acknowledged`
  );
}

async function reach(url: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await fetch(`${url}/livez`, { signal: AbortSignal.timeout(2_000) });
      return;
    } catch (error) {
      if (attempt === REACH_ATTEMPTS)
        giveUp(
          1,
          `nothing answers at ${url} (${reasonOf(error)}): start the shop first, or name its address with --url`,
        );
      await sleep(500);
    }
  }
}

async function ids(url: string, list: string): Promise<number[]> {
  try {
    const body: unknown = await (await fetch(url, { signal: AbortSignal.timeout(5_000) })).json();
    const rows: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, list) : undefined;
    return Array.isArray(rows) ? rows.map((row) => Number(row?.id)).filter(Number.isInteger) : [];
  } catch (error) {
    return giveUp(1, `${url} cannot be read: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.message;
}

function progress(line: string): void {
  process.stderr.write(`load: ${line}\n`);
}

function giveUp(exitCode: number, message: string): never {
  process.stderr.write(`load: ${message}\n`);
  process.exit(exitCode);
}
