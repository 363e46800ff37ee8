import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../stack/vigil.ts';
import type { Subject } from '../row.ts';
import { reportPage } from './page.ts';
import { type BedRun, byCatalogue } from './result.ts';

const REPORTS = join(ROOT, '.vigil/reports');
const RESULTS = join(ROOT, 'e2e/faults/results');

const json = (run: BedRun): string => `${JSON.stringify(run, null, 2)}\n`;

/** Leaves the run where people look for it; returns both paths. */
export function writeReports(run: BedRun): readonly string[] {
  mkdirSync(REPORTS, { recursive: true });
  const files = { 'faults.json': json(run), 'faults.html': reportPage(run) };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(REPORTS, name), text);
  return Object.keys(files).map((name) => join(REPORTS, name));
}

/** The committed results: a file a subject, in it the runs its rows are of. */
export function readResults(): readonly BedRun[] {
  if (!existsSync(RESULTS)) return [];
  return readdirSync(RESULTS)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .flatMap((name) => JSON.parse(readFileSync(join(RESULTS, name), 'utf8')) as readonly BedRun[]);
}

/** Puts a run's rows into the committed results, in place of what the same rows gave before. */
export function saveResults(run: BedRun): readonly string[] {
  mkdirSync(RESULTS, { recursive: true });
  const before = readResults();
  return [...new Set(run.results.map(({ subject }) => subject))].map((subject) => {
    const path = join(RESULTS, `${subject}.json`);
    writeFileSync(path, `${JSON.stringify(merged(before, run, subject), null, 2)}\n`);
    return path;
  });
}

/** The runs of one subject: each row in the newest run it took part in, no run without a row. */
export function merged(before: readonly BedRun[], run: BedRun, subject: Subject): readonly BedRun[] {
  const fresh = new Set(run.results.map(({ id }) => id));
  const of = (one: BedRun, isKept: (id: string) => boolean): BedRun => ({
    ...one,
    results: one.results.filter((result) => result.subject === subject && isKept(result.id)).toSorted(byCatalogue),
  });
  return [...before.map((one) => of(one, (id) => !fresh.has(id))), of(run, () => true)].filter(
    ({ results }) => results.length > 0,
  );
}
