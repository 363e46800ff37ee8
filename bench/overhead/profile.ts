import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type CpuProfile, profileShares, type Share } from '../measure/cpu-profile.ts';
import { padTable } from '../measure/text-table.ts';
import { prepareAgent } from './agent-folder.ts';
import { withConditions } from './conditions.ts';
import { loadRoute, startApplication } from './process-life.ts';
import { ROUTES } from './routes.ts';
import { QUICK } from './sets.ts';
import { VARIANTS } from './variants.ts';

const WARM_UP_SECONDS = 3;
const SAMPLING_MICROS = 250;
const ROWS = 30;

interface Voices {
  readonly say: (text: string) => void;
  readonly print: (text: string) => void;
}

const tableOf = (shares: readonly Share[], requests: number): string =>
  padTable([
    ['', 'share', 'µs a request'],
    ...shares
      .slice(0, ROWS)
      .map(({ name, micros, share }) => [name, `${(share * 100).toFixed(1)} %`, (micros / requests).toFixed(2)]),
  ]);

/**
 * Runs one variant on one route at saturation under V8's sampling profiler and prints, for every thread, whose the time was:
 * by package and by function. The profiler itself slows the application by some percent. Threads that take none of the
 * application's flags, as Vigil's worker does, are not in it. @returns the exit code.
 * @throws when there is no such variant or route, or it is interrupted.
 */
export async function profile(words: readonly string[], signal: AbortSignal, { say, print }: Voices): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { seconds: { type: 'string', default: '10' }, module: { type: 'string', default: 'cjs' } },
  });
  const [name = 'vigil', routeName = 'orders'] = positionals;
  const variant = VARIANTS.find((one) => one.name === name);
  const route = ROUTES.find((one) => one.name === routeName);
  if (variant === undefined)
    throw new Error(`profile: expected ${VARIANTS.map((one) => one.name).join(', ')}, got ${name}`);
  if (route === undefined)
    throw new Error(`profile: expected ${ROUTES.map((one) => one.name).join(', ')}, got ${routeName}`);
  const seconds = Number(values.seconds);
  const folder = mkdtempSync(join(tmpdir(), 'vigil-profile-'));
  const entries = prepareAgent(variant, say);
  const set = { ...QUICK, routes: [routeName] };
  try {
    const requests = await withConditions({ set, quick: false, spin: true }, signal, async (conditions) => {
      const flags = ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-interval=${SAMPLING_MICROS}`];
      const module = values.module === 'esm' ? 'esm' : 'cjs';
      const application = await startApplication({ ...conditions, variant, module, entries, round: 0 }, flags);
      try {
        const window = { core: conditions.cores.rest, signal };
        const warm = await loadRoute(application, route, { ...window, seconds: WARM_UP_SECONDS });
        const loaded = await loadRoute(application, route, { ...window, seconds });
        say(`${warm.requests} requests to warm up, ${loaded.requests} profiled; collecting`);
        await application.stop('SIGTERM', 60_000);
        return loaded.requests;
      } finally {
        await application.stop('SIGKILL');
      }
    });
    for (const file of readdirSync(folder).sort()) {
      const one = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile;
      const lengthSeconds = one.timeDeltas.reduce((sum, micros) => sum + micros, 0) / 1e6;
      const fromSeconds = Math.max(0, lengthSeconds - seconds);
      const { packages, functions, busyMicros } = profileShares(one, { fromSeconds });
      print(`\n${file}: busy ${(busyMicros / 1e6).toFixed(1)} s of the last ${seconds} s, ${name} on ${routeName}`);
      print(`${tableOf(packages, requests)}\n\n${tableOf(functions, requests)}`);
    }
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
