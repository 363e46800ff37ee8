import type { StackUrls } from '@vigil/cli';
import { SENDER_METRIC, SENDER_SERVICE, type SentSignal } from './signal-sender.ts';

const TIMEOUT_MILLIS = 30_000;
/** Of spans asked for at once: a second of the load is far less. */
const WINDOW_MILLIS = 2_000;
const TRACES_MAXIMUM = 5_000;
const LINES_MAXIMUM = 5_000;

async function getJson<T>(url: string): Promise<T> {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MILLIS) });
  if (response.status !== 200) throw new Error(`${url}: ${response.status}: ${(await response.text()).slice(0, 200)}`);
  return (await response.json()) as T;
}

interface JaegerAnswer {
  readonly data: readonly { readonly spans: readonly { readonly traceID: string; readonly spanID: string }[] }[];
}

/** Ids of the spans of a service that Jaeger holds, from traces that began between two instants. */
export async function storedSpans(urls: StackUrls, service: string, from: number, to: number): Promise<Set<string>> {
  const ids = new Set<string>();
  for (let start = from; start < to; start += WINDOW_MILLIS) {
    const end = Math.min(to, start + WINDOW_MILLIS);
    const query = new URLSearchParams({ service, start: `${start}000`, end: `${end}000`, limit: `${TRACES_MAXIMUM}` });
    const { data } = await getJson<JaegerAnswer>(`${urls.jaeger}/api/traces?${query}`);
    for (const { traceID, spanID } of data.flatMap(({ spans }) => spans)) ids.add(`${traceID}-${spanID}`);
  }
  return ids;
}

interface MatrixAnswer {
  readonly data: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly values: readonly (readonly [number, string])[];
    }[];
  };
}

/** Ids of the sender's points that Prometheus holds. */
async function storedPoints(urls: StackUrls, from: number): Promise<Set<string>> {
  const seconds = Math.ceil((Date.now() - from) / 1_000) + 60;
  const query = new URLSearchParams({ query: `${SENDER_METRIC}[${seconds}s]` });
  const { data } = await getJson<MatrixAnswer>(`${urls.prometheus}/api/v1/query?${query}`);
  return new Set(
    data.result.flatMap(({ metric, values }) => values.map(([time]) => `${metric.series}@${Math.round(time * 1_000)}`)),
  );
}

interface StreamsAnswer {
  readonly data: { readonly result: readonly { readonly values: readonly (readonly [string, string])[] }[] };
}

/** Lines of the sender that Loki holds. */
async function storedLines(urls: StackUrls, from: number): Promise<Set<string>> {
  const lines = new Set<string>();
  let start = `${from}000000`;
  for (;;) {
    const query = new URLSearchParams({
      query: `{service_name="${SENDER_SERVICE}"}`,
      start,
      end: `${Date.now() + 1_000}000000`,
      limit: String(LINES_MAXIMUM),
      direction: 'forward',
    });
    const { data } = await getJson<StreamsAnswer>(`${urls.loki}/loki/api/v1/query_range?${query}`);
    const found = data.result.flatMap(({ values }) => values);
    const before = lines.size;
    for (const [, line] of found) lines.add(line);
    // The five lines of one instant may stand on both sides of a page, so a page begins where the last ended.
    const last = found
      .map(([time]) => time)
      .sort()
      .at(-1);
    if (last === undefined || found.length < LINES_MAXIMUM || lines.size === before) return lines;
    start = last;
  }
}

/** Ids of everything of one signal of the sender that its store holds. */
export function storedItems(urls: StackUrls, signal: SentSignal, from: number): Promise<Set<string>> {
  return signal === 'metrics' ? storedPoints(urls, from) : storedLines(urls, from);
}
