// Time and CPU until a small express application listens, and its memory then: bare, with Vigil's flag, as it is, without the
// hooks for pino, and file by file instead of as one; with stock OpenTelemetry.
// Run: node bench/startup/startup.ts [rounds]. Rounds are interleaved, so that a noisy machine disturbs all alike.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Sample {
  readonly readyMillis: number;
  /** Of all threads. */
  readonly cpuMillis: number;
  readonly rssMib: number;
}

interface Variant {
  readonly name: string;
  readonly folder: string;
  readonly flags: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const stock = join(root, 'bench/competitors/stock');
const shop = join(root, 'examples/shop');
const rounds = Number(process.argv[2] ?? 15);

/** Nothing answers there: exporters must not slow the start, whoever they belong to. */
const ENVIRONMENT = {
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
  VIGIL_QUIET: 'true',
};

if (!existsSync(join(stock, 'node_modules'))) {
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: stock, stdio: 'inherit' });
}
// Resolution starts at the file, so each variant gets the application inside its own folder.
for (const folder of [stock, shop])
  cpSync(join(root, 'bench/startup/app.mjs'), join(folder, 'node_modules/.startup-app.mjs'));

const FILE_BY_FILE = './node_modules/.startup-modules.mjs';
writeFileSync(join(shop, FILE_BY_FILE), "import { startTelemetry } from '@vigil/node';\nstartTelemetry();\n");

const PRELOAD = ['--import', '@vigil/node/register'];
const VARIANTS: readonly Variant[] = [
  { name: 'bare', folder: shop, flags: [] },
  { name: 'vigil', folder: shop, flags: PRELOAD },
  {
    name: "vigil without pino's hooks",
    folder: shop,
    flags: PRELOAD,
    environment: { OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'pino' },
  },
  { name: 'vigil file by file', folder: shop, flags: ['--import', FILE_BY_FILE] },
  { name: 'stock', folder: stock, flags: ['--import', '@opentelemetry/auto-instrumentations-node/register'] },
];

function start({ folder, flags, environment }: Variant): Sample {
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, 'node_modules/.startup-app.mjs'], {
    cwd: folder,
    env: { ...ENVIRONMENT, ...environment },
    encoding: 'utf8',
  });
  const line = stdout.split('\n').find((text) => text.startsWith('{"readyMillis"'));
  if (line === undefined) throw new Error(`the application did not listen: ${stdout}${stderr}`);
  return JSON.parse(line) as Sample;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const samples = new Map<string, Sample[]>(VARIANTS.map(({ name }) => [name, []]));
for (const variant of VARIANTS) start(variant);
for (let round = 0; round < rounds; round += 1) {
  for (const variant of VARIANTS) samples.get(variant.name)?.push(start(variant));
}
const bare = samples.get('bare') ?? [];
const rows = [...samples].map(([name, list]) => {
  const ready = median(list.map(({ readyMillis }) => readyMillis));
  const cpu = median(list.map(({ cpuMillis }) => cpuMillis));
  const rss = median(list.map(({ rssMib }) => rssMib));
  return {
    variant: name,
    'ready ms (median)': Math.round(ready),
    'ratio to bare': (ready / median(bare.map(({ readyMillis }) => readyMillis))).toFixed(2),
    'CPU ms (median)': Math.round(cpu),
    'RSS MiB (median)': Math.round(rss),
    'RSS over bare': Math.round(rss - median(bare.map(({ rssMib }) => rssMib))),
  };
});
process.stdout.write(`Node ${process.version}, ${rounds} interleaved rounds, ES module application with express\n`);
console.table(rows);
