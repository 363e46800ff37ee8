import { cpSync, mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../../stack/vigil.ts';
import type { Check, FaultRow, RowContext, RowOutcome } from '../../row.ts';
import { APPLICATIONS, type ApplicationOptions, runApplication, VIGIL, WITHOUT } from './application-run.ts';
import { claim } from './claim.ts';
import { collectorEnvironment, startCollector } from './collector.ts';
import { conserved } from './conservation.ts';
import { processRow } from './process-row.ts';

interface Twice {
  readonly id: string;
  readonly fault: string;
  readonly options: (context: RowContext) => Partial<ApplicationOptions>;
  /** A line that has to be said once; nothing when there is nothing to say. */
  readonly says?: RegExp;
  /** Spans come through Vigil; otherwise the other SDK has them. */
  readonly isOurs: boolean;
}

async function runTwice(twice: Twice, context: RowContext): Promise<RowOutcome> {
  const collector = await startCollector();
  try {
    const options = twice.options(context);
    const base = { application: 'loaded.mjs', folder: context.folder, signal: context.signal };
    const env = { RATE: '500', SECONDS: '1.5', VIGIL_QUIET: 'false', ...collectorEnvironment(collector, 'twice') };
    const without = await runApplication({ ...base, preload: WITHOUT, env });
    const preload = [...WATCHED_FIRST, ...(options.preload ?? VIGIL)];
    const run = await runApplication({ ...base, ...options, preload, env: { ...env, ...options.env } });
    context.progress(`${run.status} ${run.stderr.trim()}`);
    const lines = run.stderr.split('\n').filter((line) => line !== '');
    const said = twice.says === undefined ? [] : lines.filter((line) => twice.says?.test(line));
    const starts = lines.filter((line) => /^vigil \S+: /.test(line));
    const checks: Check[] = [
      claim('I1', 'ends with the status it has without Vigil', run.status === without.status, run.status),
      claim('I3', 'one copy started', starts.length === (twice.isOurs ? 1 : 0), `${starts.length}`),
      claim(
        'I3',
        `${Number(twice.isOurs)} export workers`,
        run.told.workers?.at(-1) === Number(twice.isOurs),
        `${run.told.workers?.at(-1)}`,
      ),
    ];
    if (twice.says !== undefined) {
      checks.push(
        claim('I1', 'the other one says once that it stands down', said.length === 1, said.join(' · ') || run.stderr),
      );
    }
    const taken = await collector.spansOf('twice');
    if (twice.isOurs) checks.push(...conserved(run.ledger, Number(run.told.made?.at(-1)), taken));
    return { checks, figures: { 'spans at the sink': taken } };
  } finally {
    await collector.close();
  }
}

/** Another version of `@vigil/node` in the same application: a copy of the build with another number. */
function otherVersion({ folder }: RowContext): string {
  const from = join(ROOT, 'packages/node');
  const to = join(folder, 'other-version');
  mkdirSync(join(to, 'node_modules/@opentelemetry'), { recursive: true });
  cpSync(join(from, 'dist'), join(to, 'dist'), { recursive: true });
  const manifest = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as object;
  writeFileSync(join(to, 'package.json'), JSON.stringify({ ...manifest, version: '0.0.9' }));
  for (const scope of ['@opentelemetry', '@vigil', '']) {
    const modules = join(from, 'node_modules', scope);
    mkdirSync(join(to, 'node_modules', scope), { recursive: true });
    for (const name of readdirSync(modules).filter((one) => !/^[@.]/.test(one))) {
      symlinkSync(realpathSync(join(modules, name)), join(to, 'node_modules', scope, name));
    }
  }
  // It requires itself by its name.
  symlinkSync(to, join(to, 'node_modules/@vigil/node'));
  return join(to, 'dist/register.js');
}

const url = (path: string) => pathToFileURL(path).href;
/** Registers OpenTelemetry's own SDK. */
const OWN_SDK = new URL('applications/own-sdk.mjs', import.meta.url).href;
/** By `-r`, which comes before every `--import`. */
const WATCHED_FIRST = ['-r', join(APPLICATIONS, 'watched-workers.mjs')];
const REGISTER = join(ROOT, 'packages/node/dist/register.js');

const CASES: readonly Twice[] = [
  {
    id: 'F26 import and require',
    fault: 'the preload twice, by `--import` and by `-r`',
    options: () => ({ preload: ['-r', REGISTER, '--import', url(REGISTER)] }),
    isOurs: true,
  },
  {
    id: 'F26 NODE_OPTIONS too',
    fault: 'the preload on the command line and in `NODE_OPTIONS`',
    options: () => ({ env: { NODE_OPTIONS: VIGIL.join(' ') } }),
    isOurs: true,
  },
  {
    id: 'F26 two versions',
    fault: 'two versions of the preload in one application',
    options: (context) => ({ preload: ['--import', url(otherVersion(context)), ...VIGIL] }),
    says: /^vigil \S+ stands down: @vigil\/node 0\.0\.9 runs in this process already/,
    isOurs: true,
  },
  {
    id: 'F26 own SDK before',
    fault: 'an SDK of the application’s own is registered before',
    options: () => ({ preload: ['--import', OWN_SDK, ...VIGIL] }),
    says: /stands down: another OpenTelemetry SDK is registered already/,
    isOurs: false,
  },
  {
    id: 'F26 own SDK after',
    fault: 'the application registers an SDK of its own after the preload',
    options: () => ({ preload: [...VIGIL, '--import', OWN_SDK] }),
    isOurs: true,
  },
];

export const LOADED_TWICE: readonly FaultRow[] = CASES.map((twice) =>
  processRow({
    id: twice.id,
    fault: twice.fault,
    load: '500 spans/s for 1.5 s',
    expected: 'one copy works, the other stands down; no span twice, one worker',
    typicalSeconds: 5,
    run: (context) => runTwice(twice, context),
  }),
);
