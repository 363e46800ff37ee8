// Who a CPU profile's time belongs to: `node bench/measure/cpu-profile.ts FOLDER|FILE… [--top 30] [--from 3] [--package NAME] [--json]`.
// Profiles are written by `node --cpu-prof`, one a thread.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: CallFrame;
  readonly children?: readonly number[];
}

/** What V8 writes: a tree of calls and the node that was running at each sample. Times are microseconds. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface Share {
  readonly name: string;
  /** Microseconds in it. */
  readonly micros: number;
  /** Part of the busy time, 0 to 1. */
  readonly share: number;
}

export interface ProfileShares {
  /** Microseconds the thread was not idle. */
  readonly busyMicros: number;
  /** Largest first. What Node.js and V8 do below a package's function counts for that function. */
  readonly packages: readonly Share[];
  readonly functions: readonly Share[];
}

export interface ShareOptions {
  /** Seconds at the beginning that do not count: the start and what is compiled then. Default: 0. */
  readonly fromSeconds?: number;
}

const COLLECTOR = '(garbage collector)';
const IDLE = '(idle)';
const NODE = 'node';
const APPLICATION = 'application';

/**
 * Charges every sample to the nearest function of a package above it: the time of `AsyncLocalStorage.run` below OpenTelemetry's
 * context manager is the context manager's. Garbage collection stands for itself. Never throws.
 */
export function profileShares(profile: CpuProfile, { fromSeconds = 0 }: ShareOptions = {}): ProfileShares {
  const owners = ownersOf(profile);
  const packages = new Map<string, number>();
  const functions = new Map<string, number>();
  let [elapsed, busyMicros] = [0, 0];
  for (const [index, id] of profile.samples.entries()) {
    const micros = profile.timeDeltas[index] ?? 0;
    elapsed += micros;
    const owner = owners.get(id);
    if (elapsed < fromSeconds * 1e6 || owner === undefined || owner.packageName === IDLE) continue;
    busyMicros += micros;
    packages.set(owner.packageName, (packages.get(owner.packageName) ?? 0) + micros);
    functions.set(owner.functionName, (functions.get(owner.functionName) ?? 0) + micros);
  }
  const sorted = (of: ReadonlyMap<string, number>): Share[] =>
    [...of]
      .map(([name, micros]) => ({ name, micros, share: micros / busyMicros }))
      .sort((one, other) => other.micros - one.micros);
  return { busyMicros, packages: sorted(packages), functions: sorted(functions) };
}

interface Owner {
  readonly packageName: string;
  readonly functionName: string;
}

function ownersOf({ nodes }: CpuProfile): ReadonlyMap<number, Owner> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const owners = new Map<number, Owner>();
  const children = new Set(nodes.flatMap((node) => node.children ?? []));
  const waiting = nodes
    .filter(({ id }) => !children.has(id))
    .map((node) => ({ node, above: undefined as Owner | undefined }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const owner = ownerOf(next.node.callFrame, next.above);
    owners.set(next.node.id, owner);
    for (const id of next.node.children ?? []) {
      const node = byId.get(id);
      if (node !== undefined) waiting.push({ node, above: owner });
    }
  }
  return owners;
}

function ownerOf(frame: CallFrame, above: Owner | undefined): Owner {
  const { functionName, url, lineNumber } = frame;
  if (functionName === COLLECTOR || functionName === IDLE) return { packageName: functionName, functionName };
  const packageName = packageOf(url);
  if (packageName === NODE && above !== undefined) {
    // Below nobody's function each function of Node.js stands for itself.
    if (above.packageName !== NODE) return above;
  }
  const place = url === '' ? '' : ` ${fileOf(url)}:${lineNumber + 1}`;
  return { packageName, functionName: `${packageName} ${functionName || '(anonymous)'}${place}` };
}

/** Package of a script: the last one named in its path. Node.js itself and native code are `node`, other files `application`. */
export function packageOf(url: string): string {
  if (url === '' || url.startsWith('node:')) return NODE;
  const installed = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];
  if (installed !== undefined) return installed;
  const own = /\/packages\/([^/]+)\/(?:dist|src)\//.exec(url)?.[1];
  return own === undefined ? APPLICATION : `@vigil/${own}`;
}

const fileOf = (url: string): string => url.split('/').slice(-1)[0] ?? url;

function profilesIn(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name.endsWith('.cpuprofile'))
    .sort()
    .map((name) => join(path, name));
}

function print(
  path: string,
  { busyMicros, packages, functions }: ProfileShares,
  top: number,
  only: string | undefined,
): void {
  const rows = (shares: readonly Share[]) =>
    shares.slice(0, top).map(({ name, micros, share }) => ({
      '': name,
      ms: (micros / 1_000).toFixed(1),
      'of busy': `${(100 * share).toFixed(1)} %`,
    }));
  process.stdout.write(`${path}: ${(busyMicros / 1e6).toFixed(2)} s busy\n`);
  if (only === undefined) console.table(rows(packages));
  console.table(rows(only === undefined ? functions : functions.filter(({ name }) => name.startsWith(`${only} `))));
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      top: { type: 'string', default: '30' },
      from: { type: 'string', default: '0' },
      package: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const paths = positionals.flatMap(profilesIn);
  if (paths.length === 0) throw new Error('expected a .cpuprofile file, or a folder with some');
  for (const path of paths) {
    const profile = JSON.parse(readFileSync(path, 'utf8')) as CpuProfile;
    const shares = profileShares(profile, { fromSeconds: Number(values.from) });
    if (values.json) process.stdout.write(`${JSON.stringify({ path, ...shares })}\n`);
    else print(path, shares, Number(values.top), values.package);
  }
}

if (import.meta.main) main();
