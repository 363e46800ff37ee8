// What telemetry costs an application: see --help.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { runBenchmark } from './benchmark.ts';
import { type Change, changesOf } from './comparison.ts';
import { APPLICATION_CORE, othersShare } from './conditions.ts';
import { committedResult, publish, writeDocuments } from './documents.ts';
import { HELP, type Options, PART_OF, readOptions } from './options.ts';
import { profile } from './profile.ts';
import { FOREIGN_SHARE_MAXIMUM, noiseOf, type OverheadResult } from './result.ts';
import { SETS } from './sets.ts';
import { printed, remarksOf } from './table.ts';

const begun = performance.now();

const say = (text: string): void => {
  process.stderr.write(`${String(Math.round((performance.now() - begun) / 1_000)).padStart(5)} s  ${text}\n`);
};
const print = (text: string): void => void process.stdout.write(`${text}\n`);

function printList(title: string, lines: readonly string[]): void {
  if (lines.length > 0) print(`\n${title}\n${lines.map((line) => `  ${line}`).join('\n')}`);
}

const changeLine = ({ variant, module, route, before, now, verdict }: Change): string =>
  `${variant} (${module}), ${route}: ${verdict}, × ${before.toFixed(2)} → × ${now.toFixed(2)} of bare`;

/** Says what the run showed, and what changed since the committed one. @returns the exit code: times are judged only with --gate. */
function conclude(result: OverheadResult, options: Options): number {
  mkdirSync(dirname(options.output), { recursive: true });
  writeFileSync(options.output, `${JSON.stringify(result, null, 1)}\n`);
  print(`\n${printed(result)}`);
  printList('Remarks (counted all the same):', remarksOf(result));
  printList('Left out:', result.leftOut);
  const noise = noiseOf(result);
  printList('This run was noisy:', noise);
  const before = committedResult(options.quick ? 'headline' : result.set.replace(PART_OF, ''));
  const changes = before === undefined ? [] : changesOf(result, before);
  if (before === undefined) print('\nNo committed result to compare with.');
  else
    printList(
      `Compared with the committed result of ${before.day}: ${changes.length} rows beyond both intervals`,
      changes.map(changeLine),
    );
  if (options.publish && !published(result, options)) return 1;
  const grown = changes.filter(({ variant, verdict }) => variant.startsWith('vigil') && verdict === 'costs more');
  return result.failedTurns.length > 0 || (options.gate && grown.length > 0) ? 1 : 0;
}

/** Publishes a result that is quiet enough. @returns whether it did. */
function published(result: OverheadResult, { force }: Options): boolean {
  if (noiseOf(result).length > 0 && !force) {
    print('\nNot published: the run was noisy (--publish-last --force publishes it nevertheless).');
    return false;
  }
  print(`\nWritten: ${publish(result).join(', ')}`);
  return true;
}

async function run(options: Options, signal: AbortSignal): Promise<number> {
  if (options.docs) print(`Written: ${writeDocuments().join(', ')}`);
  else if (options.publishLast) {
    const last = JSON.parse(readFileSync(options.output, 'utf8')) as OverheadResult;
    if (!SETS.some(({ name }) => name === last.set)) throw new Error(`--publish-last: the last run was "${last.set}"`);
    return published(last, options) ? 0 : 1;
  } else {
    const others = await othersShare(APPLICATION_CORE, signal);
    if (others > FOREIGN_SHARE_MAXIMUM)
      say(`others use ${Math.round(others * 100)} % of the application's core right now`);
    if (others > FOREIGN_SHARE_MAXIMUM && options.publish && !options.force)
      throw new Error('--publish: expected a machine that does nothing else (--force publishes nevertheless)');
    return conclude(await runBenchmark(options, signal, say), options);
  }
  return 0;
}

async function main(words: readonly string[]): Promise<number> {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      say('ending what was started');
      interruption.abort(new Error('interrupted'));
    });
  try {
    if (words[0] === 'profile') return await profile(words.slice(1), interruption.signal, { say, print });
    const options = readOptions(words);
    if (options.help) {
      print(HELP);
      return 0;
    }
    const code = await run(options, interruption.signal);
    return interruption.signal.aborted ? 130 : code;
  } catch (error) {
    if (interruption.signal.aborted) return 130;
    process.stderr.write(`overhead: ${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
}

process.exitCode = await main(process.argv.slice(2));
