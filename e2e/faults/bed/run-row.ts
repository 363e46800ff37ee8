import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type RowResult } from '../report/result.ts';
import type { Effort, FaultRow, Subject } from '../row.ts';
import { subjectLack } from './application/subjects.ts';
import { lackOf } from './need.ts';

export interface RunOptions {
  readonly effort: Effort;
  readonly seed: number;
  /** Ends the whole run. */
  readonly signal: AbortSignal;
  progress(text: string): void;
}

/** A row that takes this many times its usual time, and two minutes, hangs. */
const PATIENCE_FACTOR = 4;
const PATIENCE_MILLIS = 120_000;
/** For a row that was told to end. */
const CLEAN_UP_MILLIS = 20_000;

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Runs one row with one subject. Never rejects: what went wrong with the bed is in the result. */
export async function runRow(row: FaultRow, subject: Subject, options: RunOptions): Promise<RowResult> {
  const about = describe(row, subject);
  const lack = subjectLack(subject) ?? (await lackOf(row.needs));
  if (lack !== undefined) return { ...about, seconds: 0, checks: [], figures: {}, lack };
  const { effort, seed, progress } = options;
  const folder = mkdtempSync(join(tmpdir(), 'vigil-faults-'));
  const startedMillis = performance.now();
  const patience = AbortSignal.timeout(row.typicalSeconds * 1_000 * PATIENCE_FACTOR + PATIENCE_MILLIS);
  const signal = AbortSignal.any([options.signal, patience]);
  const seconds = () => Math.round((performance.now() - startedMillis) / 100) / 10;
  try {
    const context = { subject, effort, folder, seed, signal, progress };
    const outcome = await orAbandoned(row.run(context), signal);
    return { ...about, seconds: seconds(), ...outcome };
  } catch (error) {
    const problem = patience.aborted ? `did not end in ${seconds()} s` : textOf(error);
    return { ...about, seconds: seconds(), checks: [], figures: {}, problem };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A row that does not answer its signal must not hold the bed for ever. */
function orAbandoned<T>(running: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    running.then(resolve, reject);
    const abandon = () => setTimeout(() => reject(new Error('told to end, and did not')), CLEAN_UP_MILLIS).unref();
    if (signal.aborted) abandon();
    else signal.addEventListener('abort', abandon, { once: true });
  });
}
