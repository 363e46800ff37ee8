import { parseEnvironment } from '@vigil/config/environment';
import type { RowContext, RowOutcome } from '../../row.ts';
import { type ApplicationRun, runApplication, VIGIL, WITHOUT } from './application-run.ts';
import { claim, none } from './claim.ts';
import { startCollector } from './collector.ts';
import { processRow } from './process-row.ts';
import { twoAtATime } from './two-at-a-time.ts';

const SECRET = 'canary-7d1f';

/** Linux takes at most 128 KiB for one variable, so 1 MB cannot be tried on a real process. */
const BAD_VALUES = [
  '',
  '  ',
  '-1',
  '0',
  'NaN',
  '1e999',
  '5s',
  '0x10',
  'null',
  'true',
  '%zz',
  `a\r\nX-Injected: ${SECRET}`,
  'http://[bad',
  `ftp://user:${SECRET}@host`,
  '\u001b[2J\u0007',
  '__proto__=1,constructor=2',
  ',,,=,=,',
  'x'.repeat(120_000),
] as const;

/** Values of each setting that are tried on a real process; the seed says which. */
const VALUES_PER_SETTING = 2;
const LINES_MAXIMUM = 12;
const LINE_LENGTH_MAXIMUM = 2_000;

/** Every variable Vigil asks for, found by watching it ask. */
function settings(): string[] {
  const asked = new Set<string>();
  const watch = (sampler: string | undefined) =>
    parseEnvironment(
      new Proxy<Record<string, string | undefined>>(
        {},
        {
          get: (_, name) => {
            asked.add(String(name));
            return name === 'OTEL_TRACES_SAMPLER' ? sampler : undefined;
          },
        },
      ),
    );
  watch(undefined);
  watch('traceidratio');
  // Node.js itself refuses a bad one, with and without Vigil.
  asked.delete('NODE_OPTIONS');
  return [...asked].sort();
}

async function runTable(context: RowContext): Promise<RowOutcome> {
  const collector = await startCollector();
  try {
    const names = settings();
    const thrown = names.flatMap((name) => BAD_VALUES.filter((value) => isThrown(name, value)).map(() => name));
    const cases = names.flatMap((name, index) =>
      Array.from({ length: VALUES_PER_SETTING }, (_, turn) => ({
        name,
        value: BAD_VALUES[(context.seed + index + turn * 5) % BAD_VALUES.length] as string,
      })),
    );
    const url = collector.url;
    const base = { folder: context.folder, signal: context.signal, application: 'environment.mjs' };
    const env = Object.fromEntries([
      ['OTEL_EXPORTER_OTLP_ENDPOINT', url],
      ['VIGIL_QUIET', 'false'],
      ...['traces', 'metrics', 'logs'].map((one) => [
        `OTEL_EXPORTER_OTLP_${one.toUpperCase()}_ENDPOINT`,
        `${url}/v1/${one}`,
      ]),
    ]) as Record<string, string>;
    const without = await runApplication({ ...base, preload: WITHOUT, env });
    let done = 0;
    const runs = await twoAtATime(cases, async ({ name, value }) => {
      const run = await runApplication({ ...base, preload: VIGIL, env: { ...env, [name]: value } });
      done += 1;
      if (done % 20 === 0) context.progress(`${done} of ${cases.length} runs`);
      return { name, value, label: `${name}=${JSON.stringify(value.slice(0, 30))}`, run };
    });
    const where = (is: (run: ApplicationRun) => boolean) => runs.filter(({ run }) => is(run)).map(({ label }) => label);
    const linesOf = ({ stderr }: ApplicationRun) => stderr.split('\n').filter((line) => line !== '');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those must not be written.
    const control = /[\u0000-\u0009\u000b-\u001f\u007f]/;
    return {
      checks: [
        none(
          'I1',
          'ends with the status it has without Vigil',
          where((run) => run.status !== without.status),
          runs.length,
        ),
        none(
          'I1',
          'says the same on stdout',
          where((run) => run.stdout !== without.stdout),
          runs.length,
        ),
        none(
          'I1',
          'nothing but Vigil’s own lines on stderr',
          where((run) => linesOf(run).some((line) => !line.startsWith('vigil'))),
          runs.length,
        ),
        none(
          'I3',
          `at most ${LINES_MAXIMUM} lines, none longer than ${LINE_LENGTH_MAXIMUM} characters`,
          where(
            (run) =>
              linesOf(run).length > LINES_MAXIMUM || linesOf(run).some((one) => one.length > LINE_LENGTH_MAXIMUM),
          ),
          runs.length,
        ),
        none(
          'I9',
          'no control character on stderr',
          where((run) => control.test(run.stderr)),
          runs.length,
        ),
        none(
          'I9',
          'no header and no password of a URL on stderr, but in the name of the service',
          runs
            .filter(({ name }) => name !== 'OTEL_SERVICE_NAME')
            .filter(({ name, value }) => name.endsWith('_HEADERS') || value.includes(`:${SECRET}@`))
            .filter(({ run }) => run.stderr.includes(SECRET))
            .map(({ label }) => label),
          runs.length,
        ),
        none('I1', 'reading them throws in no case', thrown, names.length * BAD_VALUES.length),
        claim('I1', 'no header is injected into requests', !(await wasInjected(collector)), 'none seen'),
      ],
      figures: {
        settings: names.length,
        'bad values': BAD_VALUES.length,
        'read in process': names.length * BAD_VALUES.length,
        'real processes': runs.length,
      },
    };
  } finally {
    await collector.close();
  }
}

const wasInjected = async ({ sink }: Awaited<ReturnType<typeof startCollector>>): Promise<boolean> =>
  (await sink.report()).requests.some(({ headers }) => 'x-injected' in headers);

function isThrown(name: string, value: string): boolean {
  try {
    parseEnvironment({ [name]: value });
    return false;
  } catch {
    return true;
  }
}

export const ENVIRONMENT_TABLE = processRow({
  id: 'F32',
  fault: `every setting with bad values: negative, NaN, 1e999, empty, units, CRLF, broken URLs, control characters, 120 kB`,
  load: `every setting × ${BAD_VALUES.length} values read in process, × ${VALUES_PER_SETTING} of them (by the seed) as real processes`,
  expected: 'a warning and the default; output and exit of the application equal',
  typicalSeconds: 60,
  run: runTable,
});
