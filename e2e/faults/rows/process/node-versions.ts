import type { FaultRow, RowContext, RowOutcome } from '../../row.ts';
import { type ApplicationRun, runApplication, VIGIL, WITHOUT } from './application-run.ts';
import { claim, none } from './claim.ts';
import { collectorEnvironment, startCollector } from './collector.ts';
import { conserved, unaccounted } from './conservation.ts';
import { NODE_VERSIONS, otherNode } from './other-node.ts';
import { processRow } from './process-row.ts';
import { twoAtATime } from './two-at-a-time.ts';

/** Flags that change what JavaScript or Node.js is. */
const FLAGS: readonly (readonly string[])[] = [
  ['--disable-proto=delete'],
  ['--disable-proto=throw'],
  ['--frozen-intrinsics'],
  ['--disallow-code-generation-from-strings'],
  ['--jitless'],
  ['--no-experimental-require-module'],
  ['--no-experimental-global-navigator'],
  ['--pending-deprecation', '--throw-deprecation'],
  ['--trace-warnings', '--trace-uncaught'],
  ['--enable-source-maps'],
  ['--preserve-symlinks', '--preserve-symlinks-main'],
  ['--conditions=development'],
  ['--no-addons'],
  ['--force-node-api-uncaught-exceptions-policy'],
  ['--stack-size=200'],
  ['--max-old-space-size=64', '--max-semi-space-size=1'],
  ['--inspect=0'],
  ['--experimental-vm-modules'],
  ['--expose-gc', '--allow-natives-syntax'],
  ['--unhandled-rejections=strict'],
  ['--zero-fill-buffers'],
  ['--icu-data-dir=/nonexistent'],
  ['--dns-result-order=ipv6first'],
  ['--tls-min-v1.3'],
];

/** The warm-up and 200 more. */
const MADE = 201;

function isAccountedFor({ ledger, stderr }: ApplicationRun, taken: number): boolean {
  if (ledger === undefined) return /vigil .* (did not start|stands down)/.test(stderr);
  return ledger.ended === MADE && unaccounted(ledger) === 0 && taken >= ledger.accepted;
}

async function runFlags(context: RowContext): Promise<RowOutcome> {
  const collector = await startCollector();
  try {
    const runs = await twoAtATime([...FLAGS.entries()], async ([number, flags]) => {
      const service = `flags-${number}`;
      const env = { WAY: 'process.exit(3)', SPANS: '200', ...collectorEnvironment(collector, service) };
      const options = { application: 'endings.mjs', flags, env, folder: context.folder, signal: context.signal };
      const without = await runApplication({ ...options, preload: WITHOUT });
      const run = await runApplication({ ...options, preload: VIGIL });
      const taken = await collector.spansOf(service);
      context.progress(
        `${flags.join(' ')}: ${without.status} · ${run.status} · ${taken} ${run.stderr.trim().slice(0, 300)}`,
      );
      return { label: flags.join(' '), without, run, taken };
    });
    return {
      checks: [
        none(
          'I1',
          'ends with the status it has without Vigil',
          runs.flatMap(({ label, run, without }) =>
            run.status === without.status ? [] : [`${label}: ${run.status} instead of ${without.status}`],
          ),
          runs.length,
        ),
        none(
          'I1',
          'says the same on stdout',
          runs.filter(({ run, without }) => run.stdout !== without.stdout).map(({ label }) => label),
          runs.length,
        ),
        none(
          'I4',
          'all spans arrive or are counted as lost, or one line says why there is no telemetry',
          runs
            .filter(({ run, taken, without }) => without.status === 'exit 3' && !isAccountedFor(run, taken))
            .map(({ label, taken }) => `${label}: ${taken}`),
          runs.length,
        ),
      ],
      figures: {
        flags: runs.length,
        'without telemetry under':
          runs
            .filter(({ taken }) => taken === 0)
            .map(({ label }) => label)
            .join(', ') || 'none',
      },
    };
  } finally {
    await collector.close();
  }
}

const isSupported = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 15);
};

async function runVersion(version: string, context: RowContext): Promise<RowOutcome> {
  const node = otherNode(version);
  const collector = await startCollector();
  try {
    const env = { RATE: '500', SECONDS: '1.5', ...collectorEnvironment(collector, 'version') };
    const options = { application: 'loaded.mjs', node, env: { ...env, VIGIL_QUIET: 'false' }, folder: context.folder };
    const without = await runApplication({ ...options, preload: WITHOUT, signal: context.signal });
    const run = await runApplication({ ...options, preload: VIGIL, signal: context.signal });
    context.progress(`${without.status} · ${run.status} ${run.stderr.trim()}`);
    const lines = run.stderr.split('\n').filter((line) => line !== '');
    const always = [
      claim('I1', 'ends with the status it has without Vigil', run.status === without.status, run.status),
      claim('I1', 'says the same on stdout', run.stdout === without.stdout, JSON.stringify(run.stdout)),
      claim('I3', 'one line on stderr', lines.length === 1, lines.join(' · ')),
    ];
    const taken = await collector.spansOf('version');
    const isDown = lines.some((line) => line.includes('Node.js 22.15 or later is needed'));
    if (!isSupported(version))
      return {
        checks: [...always, claim('I1', 'leaves the application alone and says why', isDown, lines[0] ?? '')],
        figures: {},
      };
    return {
      checks: [
        ...always,
        ...conserved(run.ledger, Number(run.told.made?.at(-1)), taken),
        claim('I4', 'the spans arrive', taken > 500, `${taken}`),
      ],
      figures: { 'spans at the sink': taken },
    };
  } finally {
    await collector.close();
  }
}

export const NODE_VERSIONS_ROWS: readonly FaultRow[] = [
  ...NODE_VERSIONS.map((version) =>
    processRow({
      id: `F51 Node.js ${version}`,
      fault: `Node.js ${version}`,
      load: '500 spans/s for 1.5 s',
      expected: isSupported(version) ? 'works' : 'stands down with one line; the application runs',
      typicalSeconds: 5,
      run: (context) => runVersion(version, context),
    }),
  ),
  processRow({
    id: 'F51 flags',
    fault: `${FLAGS.length} flags that change Node.js: frozen intrinsics, no __proto__, no eval, no JIT, throwing deprecations …`,
    load: '200 spans queued at process.exit(3)',
    expected: 'works, or says in one line why not',
    typicalSeconds: 40,
    run: runFlags,
  }),
];
