// Microseconds a request costs over the bare application, without a network: see --help.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ROUTES, type Route } from './closed-loop.ts';
import { compareResults, type InProcessResult } from './comparison.ts';
import { withTable } from './document.ts';
import { measure } from './measurement.ts';
import { overBare } from './over-bare.ts';
import { BARE, CONTROL, STEPS, VARIANTS, type Variant } from './variants.ts';

const HELP = `usage: pnpm bench in-process [options]

The benchmark's application with its libraries as they are, express, Drizzle, pg, ioredis, on sockets in memory, with a
PostgreSQL and a Redis in memory. One process a variant, slices of load interleaved; CPU of all threads, after pnpm build.

  --quick              two minutes: bare and Vigil only, 3 lives of 6 rounds
  --steps              Vigil with one instrumentation after the other, without metrics, without traces
  --only NAME          this variant beside bare (may be repeated)
  --lives N            processes of each variant (default 6)
  --rounds N           slices of each route in each of them (default 12)
  --gate               exit code 1 when a row is worse than in the committed result
  --save               write the committed result (result.json) and its table in docs/benchmarks.md
  --cpu-profile FOLDER a CPU profile of each application's thread, read with bench/measure/cpu-profile.ts; it slows the run
  --help
`;

const FOLDER = dirname(fileURLToPath(import.meta.url));
const COMMITTED = join(FOLDER, 'result.json');
const REPORTS = join(FOLDER, '../../.vigil/reports');
const PAGE = join(FOLDER, '../../docs/benchmarks.md');

/** Microseconds over bare that are to be reached once HTTP, Drizzle and Redis have instrumentations of our own. */
const REACH: Readonly<Record<string, Readonly<Record<Route, number>>>> = {
  Vigil: { ping: 2, orders: 5, list: 9 },
  'Vigil, everything exported': { ping: 3, orders: 6, list: 12 },
};

const { values } = parseArgs({
  allowPositionals: false,
  options: {
    quick: { type: 'boolean', default: false },
    steps: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    lives: { type: 'string' },
    rounds: { type: 'string' },
    gate: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
    'cpu-profile': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

function chosen(): readonly Variant[] {
  const all = values.steps ? STEPS : VARIANTS;
  const unknown = values.only.filter((name) => !all.some((variant) => variant.name === name));
  if (unknown.length > 0)
    throw new Error(`no variant ${unknown.join(', ')}; there are: ${all.map(({ name }) => name).join(' | ')}`);
  const isWanted = ({ name }: Variant) => (values.only.length > 0 ? values.only.includes(name) : name in REACH);
  if (!values.quick && values.only.length === 0) return all;
  return all.filter((variant) => variant === BARE || variant === CONTROL || isWanted(variant));
}

const number = (text: string | undefined, fallback: number): number => {
  const value = Number(text ?? fallback);
  if (!Number.isInteger(value) || value < 1) throw new Error(`expected a whole number from 1, got ${text}`);
  return value;
};

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // More than once: it may come from the terminal, and from who started this.
  process.on(signal, () => interrupted.abort(new Error(`interrupted by ${signal}`)));
}

async function run(): Promise<InProcessResult> {
  const variants = chosen();
  const lives = number(values.lives, values.quick ? 3 : 6);
  const rounds = number(values.rounds, values.quick ? 6 : 12);
  const profile = values['cpu-profile'];
  const samples = await measure({
    variants,
    lives,
    rounds,
    nodeFlags: profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`, '--cpu-prof-interval=250'],
    progress: (text) => process.stderr.write(`\r\x1b[K${text}`),
    signal: interrupted.signal,
  });
  process.stderr.write('\r\x1b[K');
  const rows = variants.flatMap(({ name }) =>
    (Object.keys(ROUTES) as Route[]).map((route) => {
      // The control stands beside the base and is no base of itself.
      const isBase = name === BARE.name || name === CONTROL.name;
      return overBare(samples, name, route, isBase ? [BARE.name] : [BARE.name, CONTROL.name]);
    }),
  );
  const processor = cpus()[0]?.model ?? 'unknown';
  return { measuredAt: new Date().toISOString(), node: process.version, processor, lives, rounds, rows };
}

function print({ rows, lives, rounds, node }: InProcessResult): void {
  process.stdout.write(
    `Node ${node}, ${lives} lives of ${rounds} rounds. Microseconds of CPU a request, all threads; 95 % interval.\n`,
  );
  console.table(
    rows.map(({ variant, route, micros, over, low, high, threadOver, spans }) => ({
      variant,
      route: `/${route}`,
      µs: micros.toFixed(1),
      'over bare': over.toFixed(1),
      interval: `${low.toFixed(1)} to ${high.toFixed(1)}`,
      'own thread': threadOver.toFixed(1),
      reach: REACH[variant]?.[route] ?? '',
      'spans sent': spans.toFixed(2),
    })),
  );
}

/** @returns whether no row is worse. */
function compare(now: InProcessResult): boolean {
  if (!existsSync(COMMITTED)) return true;
  const earlier = JSON.parse(readFileSync(COMMITTED, 'utf8')) as InProcessResult;
  const changes = compareResults(now, earlier, BARE.name);
  process.stdout.write(`Against the committed result of ${earlier.measuredAt}, scaled by the bare application:\n`);
  console.table(
    changes.map(({ variant, route, was, is, isRegression }) => ({
      variant,
      route: `/${route}`,
      'over bare then': was.toFixed(1),
      now: is.toFixed(1),
      '': isRegression ? 'WORSE' : '',
    })),
  );
  return !changes.some(({ isRegression }) => isRegression);
}

if (values.help) process.stdout.write(HELP);
else {
  const result = await run();
  print(result);
  const isAsGood = compare(result);
  mkdirSync(REPORTS, { recursive: true });
  const text = `${JSON.stringify(result, undefined, 2)}\n`;
  writeFileSync(join(REPORTS, 'in-process.json'), text);
  if (values.save) {
    writeFileSync(COMMITTED, text);
    writeFileSync(PAGE, withTable(readFileSync(PAGE, 'utf8'), result, BARE.name));
  }
  if (values.gate && !isAsGood) process.exitCode = 1;
}
