import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../../../stack/vigil.ts';
import type { Check, FaultRow, RowContext, RowOutcome } from '../../row.ts';
import {
  APPLICATIONS,
  type ApplicationOptions,
  type ApplicationRun,
  runApplication,
  VIGIL,
} from './application-run.ts';
import { claim } from './claim.ts';
import { collectorEnvironment, startCollector } from './collector.ts';
import { conserved } from './conservation.ts';
import { processRow } from './process-row.ts';
import { WATCHED } from './worker-dies.ts';

interface Unavailable {
  readonly id: string;
  readonly fault: string;
  readonly options: (context: RowContext) => Promise<Partial<ApplicationOptions>>;
  /** The application is instrumented at all. */
  readonly isInstrumented: boolean;
  readonly inSelection?: boolean;
}

async function runWithout(one: Unavailable, context: RowContext): Promise<RowOutcome> {
  const collector = await startCollector();
  try {
    const options = await one.options(context);
    const run = await runApplication({
      application: 'loaded.mjs',
      preload: VIGIL,
      signal: context.signal,
      ...options,
      env: { RATE: '1000', SECONDS: '2', ...options.env, ...collectorEnvironment(collector, 'loaded') },
    });
    context.progress(`${run.status} ${run.stderr.trim()}`);
    const checks = [
      claim('I1', 'the application ends as it would: exit 0', run.status === 'exit 0', run.status),
      claim(
        'I1',
        'it has told what it did',
        run.told.made !== undefined,
        run.told.made === undefined ? 'nothing' : 'it has',
      ),
    ];
    return {
      checks: [...checks, ...(one.isInstrumented ? await inThread(run, collector.spansOf('loaded')) : saysSo(run))],
      figures: { 'longest event loop delay (ms)': Math.round(Number(run.told.loopDelayMaximumMillis?.at(-1))) },
    };
  } finally {
    await collector.close();
  }
}

async function inThread(run: ApplicationRun, spans: Promise<number>): Promise<Check[]> {
  const lines = run.stderr.split('\n').filter((line) => line.includes('no export worker'));
  const accepted = (run.ledger?.accepted ?? 0) / (run.ledger?.ended ?? Number.NaN);
  return [
    claim('I3', 'one line says that there is no export worker', lines.length === 1, lines[0] ?? 'no line'),
    claim('I4', 'at least 85 % arrive all the same', accepted >= 0.85, `${(accepted * 100).toFixed(1)} %`),
    ...conserved(run.ledger, Number(run.told.made?.at(-1)), await spans),
  ];
}

const saysSo = (run: ApplicationRun): Check[] => {
  const lines = run.stderr.split('\n').filter((line) => /vigil .* did not start/.test(line));
  return [claim('I1', 'one line says that it did not start', lines.length === 1, lines[0] ?? run.stderr.slice(0, 200))];
};

/** One file with everything in it, as people build for AWS Lambda or a container; the worker's file is not in it. */
async function bundle(context: RowContext, entry: string): Promise<Partial<ApplicationOptions>> {
  const outfile = join(context.folder, 'bundle.mjs');
  await build({
    stdin: { contents: `${entry}\nimport './loaded.mjs';`, resolveDir: APPLICATIONS },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'silent',
    banner: { js: "import { createRequire as cr } from 'node:module'; const require = cr(import.meta.url);" },
  });
  return { application: outfile, preload: [], folder: context.folder };
}

const CASES: readonly Unavailable[] = [
  {
    id: 'F21 permission',
    fault: '`--permission` without `--allow-worker`',
    options: async ({ folder }) => ({
      flags: ['--permission', '--allow-fs-read=*', `--allow-fs-write=${folder}`, `--allow-fs-write=${ROOT}`],
    }),
    isInstrumented: true,
    inSelection: true,
  },
  {
    id: 'F21 no threads',
    fault: 'the system has no more threads: the worker’s constructor throws',
    options: async () => ({ preload: WATCHED, env: { WORKER_FAULT: 'not allowed', FAULTY_WORKERS: '1' } }),
    isInstrumented: true,
  },
  {
    id: 'F21 bundle',
    fault: 'application and `startTelemetry` in one file by esbuild: the worker’s file is not there',
    options: (context) => bundle(context, "import './start-telemetry.mjs';"),
    isInstrumented: true,
  },
  {
    id: 'F21 bundled preload',
    fault: '`@vigil/node/register` in one file by esbuild: what it requires is not there',
    options: (context) => bundle(context, "import '@vigil/node/register';"),
    isInstrumented: false,
  },
];

export const WORKER_UNAVAILABLE: readonly FaultRow[] = CASES.map((one) =>
  processRow({
    id: one.id,
    fault: one.fault,
    load: '1,000 spans/s for 2 s',
    expected: one.isInstrumented
      ? 'exports on the application’s thread and says so once; nothing else changes'
      : 'the application runs without telemetry; one line says so',
    inSelection: one.inSelection ?? false,
    typicalSeconds: 4,
    run: (context) => runWithout(one, context),
  }),
);
