import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check, RowContext, RowOutcome } from '../../row.ts';
import { type ApplicationRun, VIGIL } from './application-run.ts';
import { claim, none, withinMillis } from './claim.ts';
import { startCollector } from './collector.ts';
import { unaccounted } from './conservation.ts';
import { type Compared, compareEnding, type Ending, SPANS } from './ending-comparison.ts';
import { processRow } from './process-row.ts';
import { twoAtATime } from './two-at-a-time.ts';

/** Nothing can run any more, or nothing of ours: what is queued then is what is lost. */
const LEAVES_NO_TIME = new RegExp(
  `^(${[
    'process\\.abort',
    'out of memory',
    'abort on',
    'process\\.(reallyExit|execve)',
    'SIG(QUIT|USR2|ALRM|PIPE|KILL|SEGV|ABRT)',
    'SIGTERM, (ignored|all handlers)',
    'SIG\\w+, once and again at once',
    // The second one ends it at once, as a person at the keyboard expects.
    'SIGTERM twice',
    'all listeners',
    'handler for uncaughtException throws',
    'module that',
  ].join('|')})`,
);
const BY_SIGNAL = /^SIG/;
/**
 * Their text on stderr is the kernel's or V8's, with addresses in it; that of a main module that is not there depends on whether there is
 * an `--import`, of whatever.
 */
const OWN_TEXT = /^(out of memory|process\.abort|abort on|SIGABRT|module that is not there)/;

const MORE: readonly Ending[] = [
  { name: 'module that is not there', way: 'end', application: 'not-there.mjs' },
  ...['warn', 'none', 'strict', 'warn-with-error-code'].map((mode) => ({
    name: `reject, --unhandled-rejections=${mode}`,
    way: 'reject with an Error',
    flags: [`--unhandled-rejections=${mode}`],
  })),
  { name: 'abort on an uncaught exception', way: 'throw in a timer', flags: ['--abort-on-uncaught-exception'] },
  { name: 'process.exit(3), --trace-exit', way: 'process.exit(3)', flags: ['--trace-exit'] },
];

async function endings(): Promise<Ending[]> {
  const file = new URL('applications/ways-to-end.mjs', import.meta.url).href;
  const { WAYS } = (await import(file)) as { readonly WAYS: Readonly<Record<string, unknown>> };
  const all = [...Object.keys(WAYS).map((way) => ({ name: way, way })), ...MORE];
  return all.map((ending) =>
    ending.way === 'out of memory' ? { ...ending, flags: ['--max-old-space-size=48'] } : ending,
  );
}

/** What the application wrote, without Vigil's own lines and what differs between two runs of anything. */
const textOf = ({ stderr }: ApplicationRun): string =>
  stderr
    .split('\n')
    // Vigil's hooks on module loading are in the stacks of modules that cannot be loaded.
    .filter((line) => !/^vigil|^\s+at /.test(line))
    .join('\n')
    .replaceAll(/\(node:\d+\)/g, '(node)');

/** Later than promised, or without its spans: a busy machine does that once, a defect does it twice. */
function isSlow({ ending, without, up, hung, arrived }: Compared): boolean {
  const bound = BY_SIGNAL.test(ending.name) ? 2_000 : 500;
  const late = [up, hung].some(({ millisToEnd }) => millisToEnd - without.millisToEnd > bound);
  return late || (arrived < (SPANS + 1) * 0.99 && !LEAVES_NO_TIME.test(ending.name));
}

function judge(all: readonly Compared[]): Check[] {
  const differing = (what: (run: ApplicationRun) => string, of = all) =>
    of.flatMap(({ ending, without, up, hung }) =>
      [up, hung]
        .filter((run) => what(run) !== what(without))
        .map((run) => `${ending.name}: ${what(run).slice(0, 60)} instead of ${what(without).slice(0, 60)}`),
    );
  /**
   * The ending that Vigil delays longest. How long running out of memory takes is another time each time, and a module that is not
   * loaded says nothing of its end.
   */
  const longest = (of: readonly Compared[], run: 'up' | 'hung', bound: number) => {
    const delays = of
      .filter(({ ending }) => ending.way !== 'out of memory' && ending.application === undefined)
      .map((one) => ({ name: one.ending.name, millis: one[run].millisToEnd - one.without.millisToEnd }))
      .sort((one, other) => other.millis - one.millis);
    const { name = '', millis = 0 } = delays[0] ?? {};
    const text = `longest delay by Vigil (${name}), collector ${run === 'up' ? 'works' : 'hangs'}`;
    return withinMillis('I8', text, millis, bound);
  };
  const asked = all.filter(({ ending }) => BY_SIGNAL.test(ending.name));
  const others = all.filter(({ ending }) => !BY_SIGNAL.test(ending.name));
  const graceful = all.filter(({ ending }) => !LEAVES_NO_TIME.test(ending.name));
  const ledgers = all.flatMap(({ up, hung }) => [up.ledger, hung.ledger]).filter((ledger) => ledger !== undefined);
  const texts = all.filter(({ ending }) => !OWN_TEXT.test(ending.name));
  const cases = all.length * 2;
  return [
    none(
      'I1',
      `ends with the status it has without Vigil (${cases} cases)`,
      differing(({ status }) => status),
      cases,
    ),
    none(
      'I1',
      'says the same on stdout',
      differing(({ stdout }) => stdout),
      cases,
    ),
    none('I1', 'says the same on stderr, beside lines of Vigil’s own', differing(textOf, texts), texts.length * 2),
    longest(others, 'up', 500),
    longest(others, 'hung', 500),
    longest(asked, 'up', 2_000),
    longest(asked, 'hung', 2_000),
    none(
      'I8',
      '≥ 99 % of the queued spans arrive where the process still gets a chance',
      graceful
        .filter(({ arrived }) => arrived < (SPANS + 1) * 0.99)
        .map(({ ending, arrived }) => `${ending.name}: ${arrived} of ${SPANS + 1}`),
      graceful.length,
    ),
    claim(
      'I4',
      'every ledger that was told last adds up: lost − counted = 0',
      ledgers.every((ledger) => unaccounted(ledger) === 0),
      `${ledgers.length} ledgers, ${ledgers.filter((ledger) => unaccounted(ledger) !== 0).length} with a difference`,
    ),
  ];
}

async function runEndings(context: RowContext): Promise<RowOutcome> {
  const up = await startCollector();
  const hanging = await startCollector({ kind: 'hang' });
  try {
    const broken = join(context.folder, 'broken.cjs');
    writeFileSync(broken, 'This is no program.');
    const cases = [...(await endings()), { name: 'module that does not parse', way: 'end', application: broken }];
    const comparison = { up, hanging, context, preload: VIGIL };
    let again = 0;
    const all = await twoAtATime([...cases.entries()], async ([number, ending]) => {
      const first = await compareEnding(ending, number, comparison);
      if (!isSlow(first)) return first;
      again += 1;
      return compareEnding(ending, cases.length + number, comparison);
    });
    const gone = all.filter(({ ending }) => LEAVES_NO_TIME.test(ending.name));
    return {
      checks: judge(all),
      figures: {
        'ways to end': all.length,
        'runs with Vigil': all.length * 2,
        'endings tried again, as they were late the first time': again,
        ...Object.fromEntries(
          gone.map(({ ending, arrived, without }) => [
            `spans that arrived of ${SPANS} queued: ${ending.name} (${without.status})`,
            Math.max(0, arrived - 1),
          ]),
        ),
      },
    };
  } finally {
    await Promise.all([up.close(), hanging.close()]);
  }
}

export const ENDINGS = processRow({
  id: 'F23',
  fault:
    'every way a process can end: exits, exceptions, rejections, signals with and without handlers, abort, out of memory',
  load: `${SPANS} spans queued in the moment of the end; collector works, collector hangs`,
  expected: 'status and output as without telemetry; 500 ms at most, 2 s after a signal; queued spans are delivered',
  typicalSeconds: 150,
  run: runEndings,
});
