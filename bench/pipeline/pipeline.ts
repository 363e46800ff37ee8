// The figures of the pipeline beside upstream's batch processor and OTLP exporter, in one run: see --help.
import { execFileSync, fork, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { requestsToDeadCollector } from './dead-collector.ts';
import { ROWS } from './start-to-ring.ts';
import { ROOT, STOCK } from './variants.ts';

const HELP = `usage: node bench/pipeline/pipeline.ts [options] [figure …]

Run after pnpm build. Every measurement is a process of its own, the sink too; rounds are interleaved. Figures, default all:
  ring       CPU a span of five attributes from its start to the ring, in a hot loop that sends nothing
  cost       CPU a span, sent, in bursts with pauses: in the calls, the application's thread, all threads
  stall      most CPU between two looks at 10,000 spans/s with 15 attributes
  burst      100,000 spans in one tick: delivered, counted
  sustained  20,000 spans/s: lost
  memory     RSS over the same program without telemetry at 2,000 spans/s: collector well, dead, hanging, dripping
  stop       seconds to stop with a collector that hangs, or drips
  dead       requests to a dead collector in ten minutes of virtual time

  --rounds N          rounds of cost; stall, burst and memory take half (default 7)
  --seconds N         of sustained and memory (default 60)
  --port N            of the sink; N + 9 must be closed (default 27000)
  --cpu-profile FOLDER  one profile a measurement (with one figure, it slows the run)
  --help
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '60' },
    port: { type: 'string', default: '27000' },
    'cpu-profile': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const [rounds, seconds, port] = [Number(values.rounds), Number(values.seconds), Number(values.port)];
const fewer = Math.max(1, Math.ceil(rounds / 2));

type Result = Readonly<Record<string, number | undefined>>;

/** A process that has measured is given this long to end. */
const LINGER_MILLIS = 45_000;
const VIGIL = ['light span, Vigil, gzip', 'SDK span, Vigil, gzip'];
const UPSTREAM = 'SDK span, upstream';
const NOTHING = 'no telemetry';
let runs = 0;

/** Runs load.ts for one job: the line of JSON it printed, how long after it the process was gone, and what the sink got. */
async function measure(figure: string, variant: string, mood: string, more: object = {}): Promise<Result> {
  runs += 1;
  const run = `run${runs}`;
  const [alive, dead] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${port + 9}`];
  const url = mood === 'dead' ? `${dead}/v1/traces` : `${alive}/${mood}/${run}/v1/traces`;
  const profile = values['cpu-profile'];
  const flags = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const job = JSON.stringify({ figure, variant, url, ...more });
  const child = spawn(process.execPath, [...flags, join(ROOT, 'bench/pipeline/load.ts'), job], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr, printed] = ['', '', 0];
  let timer = setTimeout(() => child.kill('SIGKILL'), 10 * 60_000);
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
    printed = performance.now();
    clearTimeout(timer);
    timer = setTimeout(() => child.kill('SIGKILL'), LINGER_MILLIS);
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearTimeout(timer);
  const line = stdout.split('\n').find((text) => text.startsWith('{'));
  if (line === undefined) throw new Error(`${figure}, ${variant}, ${mood}: ended with ${code}\n${stdout}${stderr}`);
  const answer = await fetch(`${alive}/counts`);
  const counts = (await answer.json()) as Record<string, { spans: number; requests: number }>;
  const lingered = (performance.now() - printed) / 1_000;
  return { ...JSON.parse(line), lingered, delivered: counts[run]?.spans ?? 0, requests: counts[run]?.requests ?? 0 };
}

async function interleaved(figure: string, variants: readonly string[], times: number, more: object = {}) {
  const results = new Map<string, Result[]>(variants.map((variant) => [variant, []]));
  for (let round = 0; round < times; round += 1) {
    for (const [variant, list] of results) list.push(await measure(figure, variant, 'answer', more));
  }
  return results;
}

function quartiles(list: readonly Result[], key: string): readonly [number, number, number] {
  const sorted = list.map((result) => result[key] ?? Number.NaN).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
  return [at(0.25), at(0.5), at(0.75)];
}
const median = (list: readonly Result[], key: string): number => quartiles(list, key)[1];
const spread = (list: readonly Result[], key: string, digits = 2): string => {
  const [low, middle, high] = quartiles(list, key);
  return `${middle.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
};

async function ring() {
  const results = new Map<string, Result[]>(Object.keys(ROWS).map((row) => [row, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [row, list] of results) list.push(await measure('ring', NOTHING, 'answer', { row }));
  }
  return [...results].map(([row, list]) => ({
    'µs of CPU a span, nothing sent': row,
    'all threads': spread(list, 'micros'),
    'best block': Math.min(...list.map(({ best = Number.NaN }) => best)).toFixed(2),
  }));
}

async function cost() {
  const variants = [NOTHING, 'light span, Vigil', 'light span, Vigil, gzip', 'SDK span alone', 'SDK span, Vigil'];
  const all = [...variants, 'SDK span, Vigil, gzip', UPSTREAM, 'SDK span, upstream, gzip'];
  const results = await interleaved('cost', all, rounds);
  const base = (variant: string) => results.get(variant.startsWith('SDK') ? 'SDK span alone' : NOTHING) ?? [];
  return [...results].map(([variant, list]) => ({
    'µs of CPU a span': variant,
    'in the calls': spread(list, 'burst'),
    'application thread': spread(list, 'main'),
    'all threads': spread(list, 'all'),
    'beyond its base, thread': (median(list, 'main') - median(base(variant), 'main')).toFixed(2),
    'beyond its base, all': (median(list, 'all') - median(base(variant), 'all')).toFixed(2),
  }));
}

async function stall() {
  const results = await interleaved('stall', [NOTHING, 'SDK span alone', ...VIGIL, UPSTREAM], fewer, {
    seconds: 10,
    spansPerSecond: 10_000,
  });
  return [...results].map(([variant, list]) => ({
    'longest synchronous stall': variant,
    // What the machine does to a run is in some rounds, what the program does in all of them.
    'ms of CPU, quietest round': Math.min(...list.map(({ cpu = Number.NaN }) => cpu)).toFixed(2),
    'median round': median(list, 'cpu').toFixed(2),
    '99.9 % of looks': median(list, 'p999').toFixed(2),
    'by the clock': median(list, 'wall').toFixed(1),
  }));
}

async function burst() {
  const results = await interleaved('burst', [...VIGIL, UPSTREAM], fewer);
  return [...results].map(([variant, list]) => ({
    '100,000 spans in one tick': variant,
    'delivered, least': Math.min(...list.map(({ delivered = 0 }) => delivered)),
    'counted as lost, most': Math.max(...list.map(({ counted = Number.NaN }) => counted)),
    'neither, worst round': Math.max(
      ...list.map(({ count = 0, delivered = 0, counted = 0 }) => Math.abs(count - delivered - counted)),
    ),
    'ms of the tick': median(list, 'millis').toFixed(0),
  }));
}

async function sustained() {
  const rows = [];
  for (const variant of [...VIGIL, UPSTREAM]) {
    const result = await measure('sustained', variant, 'answer', { seconds, spansPerSecond: 20_000 });
    const { made = 0, delivered = 0, lost, cores = 0, requests } = result;
    rows.push({
      '20,000 spans/s': variant,
      seconds,
      made,
      delivered,
      missing: made - delivered,
      'counted as lost': lost,
      requests,
      cores: cores.toFixed(2),
    });
  }
  return rows;
}

const MOODS = ['answer', 'dead', 'hang', 'drip'];

async function memory() {
  const cases = [
    ['answer', NOTHING],
    ...MOODS.flatMap((mood) => [...VIGIL, UPSTREAM].map((variant) => [mood, variant])),
  ];
  const lists = new Map<string, Result[]>();
  for (let round = 0; round < fewer; round += 1) {
    for (const [mood = '', variant = ''] of cases)
      lists.set(`${variant}|${mood}`, lists.get(`${variant}|${mood}`) ?? []);
    // Side by side: what they need is not the processor.
    await Promise.all(
      cases.map(async ([mood = '', variant = '']) => {
        lists
          .get(`${variant}|${mood}`)
          ?.push(await measure('memory', variant, mood, { seconds, spansPerSecond: 2_000 }));
      }),
    );
  }
  const bare = median(lists.get(`${NOTHING}|answer`) ?? [], 'rss');
  return [...lists].map(([key, list]) => {
    const [variant, collector] = key.split('|');
    return {
      RSS: variant,
      collector,
      'MiB over none': (median(list, 'rss') - bare).toFixed(1),
      'quartiles, MiB': spread(list, 'rss', 0),
      'slope, MiB/min': median(list, 'slope').toFixed(1),
    };
  });
}

async function stop() {
  const cases = ['hang', 'drip'].flatMap((mood) => [...VIGIL, UPSTREAM].map((variant) => [mood, variant] as const));
  const more = { seconds: 3, spansPerSecond: 2_000 };
  const results = await Promise.all(cases.map(([mood, variant]) => measure('stop', variant, mood, more)));
  return cases.map(([collector, variant], index) => ({
    stop: variant,
    collector,
    'seconds of shutdown': results[index]?.seconds?.toFixed(2),
    'process gone after': ((results[index]?.seconds ?? 0) + (results[index]?.lingered ?? 0)).toFixed(1),
    'spans not accounted for': results[index]?.missing,
  }));
}

const FIGURES = { ring, cost, stall, burst, sustained, memory, stop, dead: requestsToDeadCollector };
type Figure = keyof typeof FIGURES;

async function main(): Promise<number> {
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const unknown = positionals.find((word) => !Object.hasOwn(FIGURES, word));
  if (unknown !== undefined || !(rounds >= 1) || !(seconds >= 1) || !(port >= 1)) {
    process.stderr.write(`pipeline: ${unknown ?? 'a number'} is not understood; see --help\n`);
    return 2;
  }
  if (!existsSync(join(STOCK, 'node_modules'))) {
    execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: STOCK, stdio: 'inherit' });
  }
  const sink = fork(join(ROOT, 'bench/pipeline/sink.ts'), [String(port)]);
  await new Promise((resolve) => sink.once('message', resolve));
  process.stdout.write(`Node ${process.version}, ${rounds} rounds; median (quartiles)\n`);
  for (const figure of (positionals.length > 0 ? positionals : Object.keys(FIGURES)) as Figure[]) {
    process.stdout.write(`\n${figure}\n`);
    console.table(await FIGURES[figure]());
  }
  sink.disconnect();
  return 0;
}

process.exitCode = await main();
