import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../../stack/vigil.ts';

/** A browser opens so many connections to one address. */
const CONNECTIONS = 6;
/** What Grafana is allowed to ask of a store at a time, in docker-compose.stack.yml. */
const GRAFANA_CONNECTIONS = 'GF_DATAPROXY_MAX_CONNS_PER_HOST';
/** The dashboards show half an hour. */
export const RANGE_SECONDS = 1_800;
const STEP_SECONDS = 30;

/** What a query came to; status 0 is no answer. */
export interface Answer {
  readonly millis: number;
  readonly status: number;
  readonly series: number;
}

async function ask(prometheus: string, query: string): Promise<Answer> {
  const start = performance.now();
  const end = Math.floor(Date.now() / 1_000);
  const range = { start: String(end - RANGE_SECONDS), end: String(end), step: String(STEP_SECONDS) };
  try {
    const response = await fetch(`${prometheus}/api/v1/query_range`, {
      method: 'POST',
      body: new URLSearchParams({ query, ...range }),
      signal: AbortSignal.timeout(30_000),
    });
    const { data } = (await response.json()) as { data?: { result: unknown[] } };
    return { millis: performance.now() - start, status: response.status, series: data?.result.length ?? 0 };
  } catch {
    return { millis: performance.now() - start, status: 0, series: 0 };
  }
}

export type Ask = (query: string) => Promise<Answer>;

/** Asks as Grafana does: what is more than its connections waits its turn, and the wait is part of the time. */
export function throughGrafana(prometheus: string): Ask {
  const compose = readFileSync(join(ROOT, 'docker-compose.stack.yml'), 'utf8');
  let free = Number(new RegExp(`${GRAFANA_CONNECTIONS}: (\\d+)`).exec(compose)?.[1]);
  const waiting: (() => void)[] = [];
  return async (query) => {
    const start = performance.now();
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      const answer = await ask(prometheus, query);
      return { ...answer, millis: performance.now() - start };
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}

/** Refreshes a dashboard as a browser does: all its queries, six at a time. */
export async function refresh(askOne: Ask, queries: readonly string[]): Promise<Answer[]> {
  const left = [...queries];
  const answers: Answer[] = [];
  const connection = async (): Promise<void> => {
    for (let query = left.shift(); query !== undefined; query = left.shift()) answers.push(await askOne(query));
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  return answers;
}

/** Each query by itself, the best of a few times: what it takes, not what the machine does beside. */
export async function eachAlone(prometheus: string, queries: readonly string[], times: number): Promise<Answer[]> {
  const best: Answer[] = [];
  for (const query of queries) {
    const answers: Answer[] = [];
    for (let time = 0; time < times; time += 1) answers.push(await ask(prometheus, query));
    const quickest = answers.sort((a, b) => a.millis - b.millis)[0];
    if (quickest !== undefined) best.push(quickest);
  }
  return best;
}

/** The time in milliseconds that this share of the queries did not exceed. */
export const percentile = (answers: readonly Answer[], share: number): number =>
  Math.round(answers.map(({ millis }) => millis).sort((a, b) => a - b)[Math.ceil(answers.length * share) - 1] ?? 0);
