import type { FaultRow, RowContext, RowOutcome } from '../../row.ts';
import { type ApplicationOptions, type ApplicationRun, runApplication, VIGIL, WITHOUT } from './application-run.ts';
import { claim, none } from './claim.ts';
import { collectorEnvironment, startCollector } from './collector.ts';
import { conserved } from './conservation.ts';
import { processRow } from './process-row.ts';

interface Surroundings {
  readonly id: string;
  readonly fault: string;
  readonly options: Partial<ApplicationOptions>;
  readonly needs?: FaultRow['needs'];
  readonly inSelection?: boolean;
}

const shell = (script: string): readonly string[] => ['sh', '-c', `${script}; exec "$@"`, 'sh'];
/** A mount namespace of its own: what is mounted there is gone with the process. */
const mounts = (script: string): readonly string[] => [
  'unshare',
  '--mount',
  ...shell(`mount --make-rprivate / && ${script}`),
];

async function runIn(one: Surroundings, context: RowContext): Promise<RowOutcome> {
  const collector = await startCollector();
  try {
    const env = { RATE: '500', SECONDS: '1.5', ...one.options.env, ...collectorEnvironment(collector, 'loaded') };
    const base = { application: 'loaded.mjs', folder: context.folder, signal: context.signal };
    const without = await runApplication({ ...base, ...one.options, preload: WITHOUT, env });
    const run = await runApplication({ ...base, ...one.options, preload: VIGIL, env });
    context.progress(`${without.status} ${without.stderr.trim()} · ${run.status} ${run.stderr.trim()}`);
    return {
      checks: [
        claim('I1', 'ends with the status it has without Vigil', run.status === without.status, run.status),
        claim('I1', 'says the same on stdout', run.stdout === without.stdout, JSON.stringify(run.stdout)),
        foreignLines(run, without),
        ...conserved(run.ledger, Number(run.told.made?.at(-1)), await collector.spansOf('loaded')),
        claim('I4', 'the spans arrive', (run.ledger?.accepted ?? 0) > 500, `${run.ledger?.accepted}`),
      ],
      figures: { 'spans accepted': run.ledger?.accepted ?? 0 },
    };
  } finally {
    await collector.close();
  }
}

function foreignLines(run: ApplicationRun, without: ApplicationRun) {
  const known = without.stderr.split('\n');
  const lines = run.stderr.split('\n').filter((line) => line !== '' && !known.includes(line));
  const foreign = lines.filter((line) => !line.startsWith('vigil'));
  return none('I1', 'nothing on stderr that is not there without Vigil, but lines of its own', foreign, lines.length);
}

const SURROUNDINGS_OF: readonly Surroundings[] = [
  {
    id: 'F33 read-only',
    fault: 'every file system is read-only',
    options: {
      inFront: mounts(
        'mount -o remount,ro,bind / 2>/dev/null || mount -o remount,ro /; mount -t tmpfs -o ro none /tmp',
      ),
    },
    needs: ['root'],
  },
  {
    id: 'F33 no /proc',
    fault: 'no /proc, no /sys, no /etc/hosts',
    options: {
      inFront: mounts('mount -t tmpfs none /sys; mount --bind /dev/null /etc/hosts; mount -t tmpfs none /proc'),
    },
    needs: ['root'],
  },
  {
    id: 'F33 no home',
    fault: 'no HOME, no TMPDIR, no PATH',
    options: { env: { HOME: '/nonexistent', TMPDIR: '/nonexistent', PATH: '' } },
  },
  {
    id: 'F33 folder gone',
    fault: 'the current folder is deleted before the start',
    options: { inFront: shell('mkdir gone; cd gone; rmdir ../gone') },
    inSelection: true,
  },
  {
    id: 'F33 stderr closed',
    fault: 'standard error is closed',
    options: { inFront: shell('exec 2>&-'), env: { VIGIL_QUIET: 'false' } },
  },
  {
    id: 'F33 stderr broken',
    fault: 'nobody reads standard error any more: every write is EPIPE',
    options: {
      inFront: ['bash', '-c', 'exec 2> >(exec true); sleep 0.2; exec "$@"', 'bash'],
      env: { VIGIL_QUIET: 'false', OTEL_LOG_LEVEL: 'all' },
    },
  },
  {
    id: 'F33 stderr full',
    fault: 'the disk behind standard error is full: every write is ENOSPC',
    options: { inFront: shell('exec 2>/dev/full'), env: { VIGIL_QUIET: 'false', OTEL_LOG_LEVEL: 'all' } },
  },
  {
    id: 'F33 descriptors run out',
    fault: 'every file descriptor is used up for a second in the middle',
    options: { application: 'descriptors.mjs', inFront: shell('ulimit -n 256') },
    inSelection: true,
  },
];

export const SURROUNDINGS: readonly FaultRow[] = SURROUNDINGS_OF.map((one) =>
  processRow({
    id: one.id,
    fault: one.fault,
    load: '500 spans/s for 1.5 s',
    expected: 'nothing of Vigil needs the file system, /proc or a standard stream',
    needs: one.needs ?? [],
    inSelection: one.inSelection ?? false,
    typicalSeconds: 5,
    run: (context) => runIn(one, context),
  }),
);
