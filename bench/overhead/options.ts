import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Windows } from './process-life.ts';
import { ROUTES } from './routes.ts';
import { ALL, type BenchmarkSet, QUICK, SETS } from './sets.ts';
import { BARE, type ModuleKind, VARIANTS } from './variants.ts';

const REPORT = fileURLToPath(new URL('../../.vigil/reports/overhead.json', import.meta.url));

export const HELP = `usage: pnpm bench overhead [options]
       pnpm bench overhead profile VARIANT [ROUTE] [--seconds N] [--module cjs|esm]   who uses the CPU, by package and function

The application with and without agents, in interleaved rounds of fresh processes: CPU for a request, throughput, latency at
half load, memory, start and stop, each beside the bare application. Vigil is what pnpm build made; agents are installed first.

  --set NAME         ${SETS.map(({ name }) => name).join(', ')} or all (default: headline)
  --quick            three minutes in all, for a first look: two rounds, short windows
  --variants a,b     ${VARIANTS.map(({ name }) => name).join(', ')}
                     (bare is always measured)
  --routes a,b       ${ROUTES.map(({ name }) => name).join(', ')}
  --modules a,b      cjs, esm
  --rounds N         default: 10, 2 with --quick
  --no-spans         do not count spans for a request first (half a minute for each agent)
  --no-spin          let the second core go idle: then waking the load generator costs the application more
  --publish          write the result to bench/overhead/results/ and the tables and charts to docs/, if the run was quiet
  --publish-last     publish the run before (its JSON), without another one
  --force            publish however noisy it was or the machine is; the page says so
  --output FILE      where the JSON goes (default: .vigil/reports/overhead.json)
  --gate             exit code 1 when Vigil's cost has grown beyond the committed result
  --docs             only write tables and charts of the committed results again
  --help

Ctrl-C ends what was started and prints what was measured until then.
`;

/** Before the name of a set of which only a part was asked for: it is compared with the set, and never published. */
export const PART_OF = 'part of ';

export interface Options {
  readonly set: BenchmarkSet;
  readonly quick: boolean;
  readonly spans: boolean;
  /** Path of the JSON. */
  readonly output: string;
  readonly spin: boolean;
  readonly publish: boolean;
  readonly publishLast: boolean;
  readonly force: boolean;
  readonly gate: boolean;
  readonly docs: boolean;
  readonly help: boolean;
}

export const WINDOWS: Windows = { firstWarmUp: 2.5, warmUp: 1, saturated: 2.5, halfLoad: 1.5, heap: 0.5 };
export const QUICK_WINDOWS: Windows = { firstWarmUp: 1, warmUp: 0.4, saturated: 1, halfLoad: 0.5, heap: 0.2 };

/** @throws when a name is unknown: says which there are. */
function chosen<Name extends string>(
  option: string,
  text: string | undefined,
  known: readonly Name[],
): readonly Name[] {
  const names = text?.split(',').map((name) => name.trim()) ?? [];
  const unknown = names.filter((name) => !known.some((one) => one === name));
  if (unknown.length > 0) throw new Error(`${option}: expected ${known.join(', ')}, got ${unknown.join(', ')}`);
  return known.filter((name) => names.includes(name));
}

const orElse = <Item>(list: readonly Item[], fallback: readonly Item[]): readonly Item[] =>
  list.length > 0 ? list : fallback;

/** Reads the command line. @throws when it asks for something that does not exist. */
export function readOptions(words: readonly string[]): Options {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args: [...words],
    options: {
      set: { type: 'string' },
      variants: { type: 'string' },
      routes: { type: 'string' },
      modules: { type: 'string' },
      rounds: { type: 'string' },
      output: { type: 'string', default: REPORT },
      quick: flag,
      'no-spans': flag,
      'no-spin': flag,
      publish: flag,
      'publish-last': flag,
      force: flag,
      gate: flag,
      docs: flag,
      help: flag,
    },
  });
  const sets = [...SETS, ALL];
  const [wished] = chosen(
    '--set',
    values.set,
    sets.map(({ name }) => name),
  );
  const base = values.quick ? QUICK : (sets.find(({ name }) => name === (wished ?? 'headline')) ?? QUICK);
  const rounds = Number(values.rounds ?? base.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds: expected 1 or more, got ${values.rounds}`);
  const variants = chosen(
    '--variants',
    values.variants,
    VARIANTS.map(({ name }) => name),
  );
  const routes = chosen(
    '--routes',
    values.routes,
    ROUTES.map(({ name }) => name),
  );
  const modules = chosen<ModuleKind>('--modules', values.modules, ['cjs', 'esm']);
  const isWhole = values.variants === undefined && values.routes === undefined && values.modules === undefined;
  if (values.publish && (!isWhole || values.quick || base === ALL))
    throw new Error(`--publish: expected one whole set (${SETS.map(({ name }) => name).join(', ')}), got a part of it`);
  return {
    set: {
      ...base,
      name: isWhole ? base.name : `${PART_OF}${base.name}`,
      rounds,
      variants: [...new Set([BARE.name, ...orElse(variants, base.variants)])],
      routes: orElse(routes, base.routes),
      modules: orElse(modules, base.modules),
    },
    quick: values.quick,
    output: values.output,
    spans: !values['no-spans'] && !values.quick,
    spin: !values['no-spin'],
    publish: values.publish,
    publishLast: values['publish-last'],
    force: values.force,
    gate: values.gate,
    docs: values.docs,
    help: values.help,
  };
}
