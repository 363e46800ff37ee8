import { tracePath } from '../stores/jaeger.ts';
import { type StoreClient, StoreError } from '../stores/store-client.ts';
import type { SignalRow } from './signal-matrix.ts';

export type Store = 'jaeger' | 'prometheus' | 'loki';

/** One cell of the matrix after looking: how many traces, series or lines the store holds. */
export interface SignalFinding {
  readonly source: string;
  readonly store: Store;
  /** The query as it was asked, ready to be pasted into the store's page. */
  readonly query: string;
  /** 0 when nothing was found. */
  readonly count: number;
  /** Why nothing was found although the store was asked; undefined when it answered. */
  readonly problem: string | undefined;
}

const LIMIT = 20;

interface Cell {
  readonly source: string;
  readonly store: Store;
  readonly query: string;
  readonly ask: (client: StoreClient) => Promise<number>;
}

function cellsOf({ source, trace, promql, logql, exemplars }: SignalRow, since: Date): Cell[] {
  const cells: Cell[] = [];
  if (trace !== undefined) {
    const query = { ...trace, since, limit: LIMIT };
    cells.push({
      source,
      store: 'jaeger',
      query: decodeURIComponent(tracePath(query)),
      ask: async (client) => (await client.traces(query)).length,
    });
  }
  if (promql !== undefined) {
    cells.push({
      source,
      store: 'prometheus',
      query: promql,
      ask: async (client) => (await client.prometheus(promql, since)).length,
    });
  }
  if (logql !== undefined) {
    cells.push({
      source,
      store: 'loki',
      query: logql,
      ask: async (client) => (await client.logs(logql, since, LIMIT)).length,
    });
  }
  if (exemplars !== undefined) {
    cells.push({
      source,
      store: 'prometheus',
      query: `exemplars of ${exemplars}`,
      ask: (client) => client.exemplars(exemplars, since),
    });
  }
  return cells;
}

async function look(cell: Cell, client: StoreClient): Promise<SignalFinding> {
  const { source, store, query } = cell;
  try {
    return { source, store, query, count: await cell.ask(client), problem: undefined };
  } catch (error) {
    // A store that is down is a finding of this table, not a crash of the demo; anything else is our own fault.
    if (!(error instanceof StoreError)) throw error;
    return { source, store, query, count: 0, problem: error.message };
  }
}

/** Looks once for every cell of every row, one question after the other; what is older than `since` does not count. */
export async function findSignals(
  rows: readonly SignalRow[],
  client: StoreClient,
  since: Date,
): Promise<SignalFinding[]> {
  const findings: SignalFinding[] = [];
  for (const cell of rows.flatMap((row) => cellsOf(row, since))) findings.push(await look(cell, client));
  return findings;
}

export interface Patience {
  /** Give up after this many milliseconds. */
  readonly patienceMillis: number;
  /** Pause between rounds, in milliseconds. */
  readonly pauseMillis: number;
  /** Monotonic clock in milliseconds. */
  readonly now: () => number;
  readonly pause: (millis: number) => Promise<void>;
}

/** Looks again and again for what is still missing until everything is found or patience ends; returns the last findings. */
export async function awaitSignals(
  rows: readonly SignalRow[],
  client: StoreClient,
  since: Date,
  patience: Patience,
): Promise<SignalFinding[]> {
  const end = patience.now() + patience.patienceMillis;
  let findings = await findSignals(rows, client, since);
  while (findings.some(({ count }) => count === 0) && patience.now() < end) {
    await patience.pause(patience.pauseMillis);
    const missing = new Set(findings.filter(({ count }) => count === 0).map(({ source }) => source));
    const again = await findSignals(
      rows.filter(({ source }) => missing.has(source)),
      client,
      since,
    );
    const renewed = new Map(again.map((finding) => [`${finding.source} ${finding.store}`, finding]));
    findings = findings.map((finding) => renewed.get(`${finding.source} ${finding.store}`) ?? finding);
  }
  return findings;
}
