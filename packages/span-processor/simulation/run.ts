import { type ParseArgsConfig, parseArgs } from 'node:util';
import { failureText } from './failure-text.ts';
import { runSeed } from './simulation.ts';

const HELP = `usage: node --conditions=@vigil/source simulation/run.ts [--seeds N] [--from S] [--seed X [--trace]] [--keep-going] [--json]

Runs the pipeline in virtual time under random faults and checks every invariant after every event; one seed is one run.
  --seeds N   how many seeds; default 2000
  --from S    the first seed; default 1
  --seed X    only this one
  --trace     every event of it
  --keep-going  one line for each seed that fails, instead of stopping at the first
  --json      one line with the result, for programs
  --help      this text
Exits with 1 at the first seed that breaks an invariant, and prints its last events. See docs/simulation.md.
`;

function readNumber(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) {
    process.stderr.write(`run: --${name}: expected a whole number, got "${text}"; see --help\n`);
    process.exit(2);
  }
  return value;
}

/** Words nobody knows are an error of use, not a stack. */
function readWords<Config extends ParseArgsConfig>(config: Config): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (error) {
    process.stderr.write(`run: ${error instanceof Error ? error.message : String(error)}; see --help\n`);
    process.exit(2);
  }
}

async function main(): Promise<number> {
  const { values } = readWords({
    options: {
      seeds: { type: 'string' },
      from: { type: 'string' },
      seed: { type: 'string' },
      trace: { type: 'boolean' },
      'keep-going': { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const single = values.seed === undefined ? undefined : readNumber('seed', values.seed, 0);
  const from = single ?? readNumber('from', values.from, 1);
  const count = single === undefined ? readNumber('seeds', values.seeds, 2_000) : 1;
  const print = values.trace ? (line: string) => process.stdout.write(`${line}\n`) : undefined;
  const startedAt = performance.now();
  let events = 0;
  let virtualMillis = 0;
  let failed = 0;
  for (let seed = from; seed < from + count; seed++) {
    const result = await runSeed(seed, { print });
    events += result.events;
    virtualMillis += result.virtualMillis;
    if (result.violation !== undefined && values['keep-going']) {
      failed += 1;
      process.stdout.write(`seed ${seed} (${result.family}): ${result.violation.split('\n')[0]}\n`);
    } else if (result.violation !== undefined) {
      const { violation, family } = result;
      process.stdout.write(
        values.json ? `${JSON.stringify({ seed, family, violation, tried: seed - from + 1 })}\n` : failureText(result),
      );
      return 1;
    }
    if (single !== undefined && !values.json) process.stdout.write(`${result.summary}\n`);
    if (single === undefined && !values.json && (seed - from) % 100 === 99) {
      process.stdout.write(
        `${seed - from + 1}/${count} seeds, ${Math.round((performance.now() - startedAt) / 1_000)} s\n`,
      );
    }
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  if (failed > 0) {
    process.stdout.write(`${failed} of ${count} seeds broke an invariant\n`);
    return 1;
  }
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ tried: count, events })}\n`
      : `${count} seeds, ${events} events, ${(virtualMillis / 3_600_000).toFixed(1)} virtual hours in ${seconds.toFixed(1)} s: every invariant held\n`,
  );
  return 0;
}

process.exitCode = await main();
