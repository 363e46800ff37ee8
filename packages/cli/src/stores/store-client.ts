import { readJaegerAnswer, type StoredSpan, type TraceQuery, tracePath } from './jaeger.ts';

/** Base URLs of the three stores, without a trailing slash. */
export interface StoreUrls {
  readonly prometheus: string;
  readonly jaeger: string;
  readonly loki: string;
}

export interface PrometheusSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Asks the three stores over HTTP. Every method throws `StoreError` when a store does not answer with 200 and JSON. */
export interface StoreClient {
  /** Instant query, now; with `since` samples from before do not count as present (at most 5 minutes back without it). */
  readonly prometheus: (promql: string, since?: Date) => Promise<PrometheusSample[]>;
  /** How many exemplars the series of a selector got since then. */
  readonly exemplars: (selector: string, since: Date) => Promise<number>;
  /** Traces that match, each as its spans. */
  readonly traces: (query: TraceQuery) => Promise<StoredSpan[][]>;
  /** One trace by its hex id; empty when it is not there. */
  readonly trace: (traceId: string) => Promise<StoredSpan[]>;
  /** Log lines written since then, newest first, at most `limit`. */
  readonly logs: (logql: string, since: Date, limit: number) => Promise<string[]>;
}

/** A store that did not answer as it should; the message names store, URL and what came instead. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

const TIMEOUT_MILLIS = 10_000;

async function getJson(url: string, accept: readonly number[] = [200]): Promise<unknown> {
  let status: number;
  let text: string;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MILLIS) });
    status = response.status;
    text = await response.text();
  } catch (error) {
    throw new StoreError(`${url}: no answer (${error instanceof Error ? error.message : String(error)})`);
  }
  if (!accept.includes(status)) throw new StoreError(`${url}: expected 200, got ${status}: ${text.slice(0, 200)}`);
  try {
    return JSON.parse(text);
  } catch {
    throw new StoreError(`${url}: expected JSON, got ${text.slice(0, 200)}`);
  }
}

interface PrometheusAnswer {
  readonly data: {
    readonly result: readonly { readonly metric: Record<string, string>; readonly value: readonly [number, string] }[];
  };
}

interface ExemplarAnswer {
  readonly data: readonly { readonly exemplars: readonly unknown[] }[];
}

interface LokiAnswer {
  readonly data: { readonly result: readonly { readonly values: readonly (readonly [string, string])[] }[] };
}

/**
 * Prometheus takes the newest sample of the last 5 minutes: pushed series of a run that ended would count as found. Whole
 * seconds, rounded down and at least 1, because it takes no zero.
 */
function lookback(since: Date | undefined): Record<string, string> {
  if (since === undefined) return {};
  const seconds = Math.floor((Date.now() - since.getTime()) / 1000);
  return { lookback_delta: `${Math.min(300, Math.max(1, seconds))}s` };
}

/** Makes a client for the stores at `urls`; opens no connection before the first call. */
export function createStoreClient(urls: StoreUrls): StoreClient {
  return {
    prometheus: async (promql, since) => {
      const parameters = new URLSearchParams({ query: promql, ...lookback(since) });
      const answer = (await getJson(`${urls.prometheus}/api/v1/query?${parameters}`)) as PrometheusAnswer;
      return answer.data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
    },
    exemplars: async (selector, since) => {
      const range = { start: since.toISOString(), end: new Date().toISOString() };
      const parameters = new URLSearchParams({ query: selector, ...range });
      const answer = (await getJson(`${urls.prometheus}/api/v1/query_exemplars?${parameters}`)) as ExemplarAnswer;
      return answer.data.reduce((sum, { exemplars }) => sum + exemplars.length, 0);
    },
    traces: async (query) => readJaegerAnswer(await getJson(`${urls.jaeger}/api/${tracePath(query)}`)),
    trace: async (traceId) => {
      const answer = (await getJson(`${urls.jaeger}/api/traces/${traceId}`, [200, 404])) as { data?: unknown };
      return answer.data ? readJaegerAnswer(answer).flat() : [];
    },
    logs: async (logql, since, limit) => {
      const parameters = new URLSearchParams({ query: logql, start: since.toISOString(), limit: String(limit) });
      const answer = (await getJson(`${urls.loki}/loki/api/v1/query_range?${parameters}`)) as LokiAnswer;
      return answer.data.result.flatMap(({ values }) => values.map(([, line]) => line));
    },
  };
}
