import type { Check, FaultRow, RowContext, RowOutcome } from '../../row.ts';
import { type ApplicationRun, runApplication, VIGIL, WITHOUT } from './application-run.ts';
import { claim, none } from './claim.ts';
import { collectorEnvironment, startCollector } from './collector.ts';
import { processRow } from './process-row.ts';

/** What one process of a family says of itself. */
interface Member {
  readonly pid: number;
  /** Threads by name, from /proc. */
  readonly exportThreads: number;
  readonly ended: number;
}

interface Family {
  readonly id: string;
  readonly fault: string;
  readonly application: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Preloaded by `NODE_OPTIONS` instead of the command line. */
  readonly byNodeOptions?: boolean;
  /** Processes with telemetry of their own. */
  readonly members: number;
  readonly inSelection?: boolean;
  readonly also?: (run: ApplicationRun) => readonly Check[];
}

async function runFamily(family: Family, context: RowContext): Promise<RowOutcome> {
  const collector = await startCollector();
  try {
    const options = {
      application: family.application,
      folder: context.folder,
      signal: context.signal,
      patienceMillis: 120_000,
    };
    const env = { MEMBERS: `${family.members - 1}`, ...family.env, ...collectorEnvironment(collector, 'family') };
    const inOptions = { NODE_OPTIONS: VIGIL.join(' ') };
    const without = await runApplication({ ...options, preload: WITHOUT, env });
    const run = await runApplication({
      ...options,
      preload: family.byNodeOptions === true ? WITHOUT : VIGIL,
      env: { ...env, ...(family.byNodeOptions === true && inOptions) },
    });
    context.progress(`${without.status} ${without.stderr.trim()} · ${run.status} ${run.stderr.trim()}`);
    const members = [...run.stdout.matchAll(/^member (.*)$/gm)].map(([, json]) => JSON.parse(json ?? '{}') as Member);
    const plain = (text: string) => text.replaceAll(/^member .*\n/gm, '');
    const made = members.reduce((sum, { ended }) => sum + ended, 0);
    const taken = await collector.spansOf('family');
    return {
      checks: [
        claim('I1', 'ends with the status it has without Vigil', run.status === without.status, run.status),
        claim(
          'I1',
          'says the same on stdout',
          plain(run.stdout) === plain(without.stdout),
          plain(run.stdout).trim().replaceAll('\n', ' · ') || 'nothing',
        ),
        claim(
          'I1',
          `${family.members} processes told about themselves`,
          members.length === family.members,
          `${members.length}`,
        ),
        none(
          'I3',
          'one thread of an export worker in each process',
          members.filter(({ exportThreads }) => exportThreads !== 1).map((member) => JSON.stringify(member)),
          members.length,
        ),
        claim(
          'I4',
          'every span of every process arrives, each with an id of its own',
          taken === made,
          `${taken} of ${made}`,
        ),
        ...(family.also?.(run) ?? []),
      ],
      figures: { processes: members.length, 'spans made': made, 'spans at the sink': taken },
    };
  } finally {
    await collector.close();
  }
}

const FAMILIES: readonly Family[] = [
  {
    id: 'F25 cluster',
    fault: 'a cluster of 8 workers and its primary',
    application: 'cluster.mjs',
    members: 9,
  },
  {
    id: 'F25 fork',
    fault: 'an application that forks 4 times: the flag is passed on by Node.js',
    application: 'forks.mjs',
    members: 5,
    inSelection: true,
  },
  {
    id: 'F25 NODE_OPTIONS',
    fault: 'the preload in `NODE_OPTIONS`, 4 children and a grandchild by `spawn`, and npm among them',
    application: 'forks.mjs',
    env: { BY: 'spawn' },
    byNodeOptions: true,
    members: 5,
  },
  {
    id: 'F25 worker_threads',
    fault: 'an application with 4 worker threads, also of `eval`, and the preload in `NODE_OPTIONS`',
    application: 'threads.mjs',
    env: { THREADS: '4' },
    byNodeOptions: true,
    members: 1,
  },
  {
    id: 'F25 process manager',
    fault:
      'a process manager’s container script that loads the application, changes `argv` and title, and listens to the IPC channel (as PM2 does)',
    application: 'manager.mjs',
    members: 3,
  },
];

export const PROCESS_FAMILIES: readonly FaultRow[] = FAMILIES.map((family) =>
  processRow({
    id: family.id,
    fault: family.fault,
    load: '200 spans in each process',
    expected: 'one export worker in each process, none in ours; nothing is sent twice; exit status unchanged',
    inSelection: family.inSelection ?? false,
    typicalSeconds: 8,
    run: (context) => runFamily(family, context),
  }),
);
