// What telemetry costs an application: see --help.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { runBenchmark } from './benchmark.ts';
import { type Change, changesOf } from './comparison.ts';
import { committedResult, publish, writeDocuments } from './documents.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { profile } from './profile.ts';
import { noiseOf, type OverheadResult } from './result.ts';
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
  const before = committedResult(options.quick ? 'headline' : result.set);
  const changes = before === undefined ? [] : changesOf(result, before);
  if (before === undefined) print('\nNo committed result to compare with.');
  else
    printList(
      `Compared with the committed result of ${before.day}: ${changes.length} rows beyond both intervals`,
      changes.map(changeLine),
    );
  if (options.publish && noise.length > 0 && !options.force) {
    print('\nNot published: the run was noisy (--force publishes it nevertheless).');
    return 1;
  }
  if (options.publish) print(`\nWritten: ${publish(result).join(', ')}`);
  const grown = changes.filter(({ variant, verdict }) => variant.startsWith('vigil') && verdict === 'costs more');
  return result.failedTurns.length > 0 || (options.gate && grown.length > 0) ? 1 : 0;
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
    if (options.docs) {
      print(`Written: ${writeDocuments().join(', ')}`);
      return 0;
    }
    return conclude(await runBenchmark(options, interruption.signal, say), options);
  } catch (error) {
    if (interruption.signal.aborted) return 130;
    process.stderr.write(`overhead: ${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
}

process.exitCode = await main(process.argv.slice(2));
