// The bed from the command line: pnpm faults --help.
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { prepareLoadGenerator } from '../../bench/measure/load.ts';
import { ROOT } from '../stack/vigil.ts';
import { prepareSubject } from './bed/application/subjects.ts';
import { staleBuild } from './bed/built.ts';
import { chooseRows, HELP, readWish, type Wish } from './bed/command-line.ts';
import { lackOf } from './bed/need.ts';
import { runRow } from './bed/run-row.ts';
import { fillDocs } from './report/docs.ts';
import { type BedRun, type RowResult, verdictOf } from './report/result.ts';
import { readResults, saveResults, writeReports } from './report/result-files.ts';
import { terminalTable } from './report/table.ts';
import type { FaultRow, Subject } from './row.ts';
import { allRows, NOT_MADE } from './rows/index.ts';

const DOCS = join(ROOT, 'docs/faults.md');
const print = (text: string) => void process.stdout.write(text);
const loadNow = () => Math.round((loadavg()[0] ?? 0) * 10) / 10;

/** The first Ctrl-C ends the row and clears up; the second one does not wait for that. */
function listenForInterruption(): AbortSignal {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (interruption.signal.aborted) process.exit(130);
      print('\nclears up; once more ends at once\n');
      interruption.abort(new Error('interrupted'));
    });
  }
  return interruption.signal;
}

async function runAll(wish: Wish, rows: readonly FaultRow[], signal: AbortSignal): Promise<readonly RowResult[]> {
  const jobs = rows.flatMap((row) =>
    wish.subjects.filter((subject) => row.subjects.includes(subject)).map((subject) => [row, subject] as const),
  );
  const results: RowResult[] = [];
  for (const [index, [row, subject]] of jobs.entries()) {
    if (signal.aborted) break;
    const name = `[${index + 1}/${jobs.length}] ${row.id}, ${subject}`;
    print(`${name}: ${row.fault} (usually ${row.typicalSeconds} s)\n`);
    const result = await runRow(row, subject, {
      effort: wish.effort,
      seed: wish.seed,
      signal,
      progress: (text) => print(`    ${text}\n`),
    });
    print(`    ${verdictOf(result)}${whyOf(result)}, ${result.seconds} s\n`);
    if (!signal.aborted) results.push(result);
  }
  return results;
}

function whyOf({ lack, problem, checks }: RowResult): string {
  const broken = checks.filter(({ verdict }) => verdict === 'broken').map(({ claim, seen }) => `${claim} (${seen})`);
  const why = [lack ?? problem ?? [], broken].flat();
  return why.length === 0 ? '' : `: ${why.join('; ')}`;
}

async function list(rows: readonly FaultRow[]): Promise<void> {
  for (const { id, fault, needs, subjects, inSelection, typicalSeconds } of rows) {
    const lack = await lackOf(needs);
    const words = [`${typicalSeconds} s`, subjects.join('+'), inSelection ? 'selection' : '', lack ?? ''];
    print(`${id.padEnd(28)} ${fault} (${words.filter(Boolean).join('; ')})\n`);
  }
  for (const { id, fault, reason } of NOT_MADE) print(`${id.padEnd(28)} ${fault}: not made, ${reason}\n`);
}

function writeDocs(): void {
  writeFileSync(DOCS, fillDocs(readFileSync(DOCS, 'utf8'), readResults(), NOT_MADE));
  print(`wrote ${DOCS}\n`);
}

/** 1 when a claim about Vigil is broken, or the bed did not work. */
function exitCodeOf(results: readonly RowResult[], interrupted: boolean): number {
  if (interrupted) return 130;
  const bad = (result: RowResult, subject: Subject) =>
    result.subject === subject && ['broken', 'bed failed'].includes(verdictOf(result));
  return results.some((result) => bad(result, 'vigil')) ? 1 : 0;
}

async function run(wish: Wish): Promise<number> {
  const rows = chooseRows(allRows(wish.seed), wish);
  const stale = staleBuild();
  if (stale !== undefined) print(`note: ${stale}\n`);
  await prepareLoadGenerator();
  for (const subject of wish.subjects) prepareSubject(subject, (text) => print(`${text}\n`));
  const signal = listenForInterruption();
  const loadBefore = loadNow();
  const results = await runAll(wish, rows, signal);
  const bedRun: BedRun = {
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    cores: availableParallelism(),
    loadAverage: [loadBefore, loadNow()],
    seed: wish.seed,
    effort: wish.effort,
    results,
  };
  if (results.length === 0) return exitCodeOf(results, signal.aborted);
  print(`\n${terminalTable(results)}\n\n`);
  const written = [...writeReports(bedRun), ...(wish.save ? saveResults(bedRun) : [])];
  for (const path of written) print(`${path}\n`);
  return exitCodeOf(results, signal.aborted);
}

async function main(words: readonly string[]): Promise<number> {
  try {
    const wish = readWish(words);
    if (wish.action === 'help') print(HELP);
    else if (wish.action === 'list') await list(chooseRows(allRows(wish.seed), wish));
    else if (wish.action === 'write-docs') writeDocs();
    else return await run(wish);
    return 0;
  } catch (error) {
    process.stderr.write(`faults: ${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
}

process.exitCode = await main(process.argv.slice(2));
