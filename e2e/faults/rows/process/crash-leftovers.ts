import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { type OtlpSink, startOtlpSink } from '../../../collector/otlp-sink.ts';
import type { FaultRow, RowContext, RowOutcome } from '../../row.ts';
import { type ApplicationOptions, runApplication, VIGIL } from './application-run.ts';
import { claim } from './claim.ts';
import { collectorEnvironment } from './collector.ts';
import { spansIn } from './hostile-values.ts';
import { processRow } from './process-row.ts';

const RATE = 500;
const SECONDS = 4;
const METRIC_MILLIS = 1_000;
/** What waits for its batch (0.1 s) and is on its way (one request), with room for a busy machine. */
const TAIL_MILLIS = 600;

interface Crash {
  readonly end: string;
  /** The process still gets its 500 ms or 2 s. */
  readonly isOrderly: boolean;
  readonly options?: Partial<ApplicationOptions>;
  readonly needs?: FaultRow['needs'];
}

interface NumberPoint {
  readonly asInt?: string;
  readonly asDouble?: number;
}
interface MetricsJson {
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics?: readonly {
      readonly metrics?: readonly {
        readonly name?: string;
        readonly sum?: { readonly dataPoints?: readonly NumberPoint[] };
      }[];
    }[];
  }[];
}

/** `vigil.span.ended` as the receiver saw it last: what it computes the gap from. */
function lastEnded({ received }: OtlpSink): number {
  const values = received
    .filter(({ signal }) => signal === 'metrics')
    .flatMap(({ body }) => (body as MetricsJson).resourceMetrics ?? [])
    .flatMap(({ scopeMetrics = [] }) => scopeMetrics)
    .flatMap(({ metrics = [] }) => metrics)
    .filter(({ name }) => name === 'vigil.span.ended')
    .flatMap(({ sum }) => sum?.dataPoints ?? [])
    .map(({ asInt, asDouble }) => Number(asInt ?? asDouble ?? 0));
  return Math.max(0, ...values);
}

async function crash({ end, isOrderly, options }: Crash, context: RowContext): Promise<RowOutcome> {
  const sink = await startOtlpSink();
  try {
    const run = await runApplication({
      application: 'crashes.mjs',
      preload: VIGIL,
      folder: context.folder,
      signal: context.signal,
      ...options,
      env: {
        END: end,
        RATE: `${RATE}`,
        SECONDS: `${SECONDS}`,
        OTEL_METRIC_EXPORT_INTERVAL: `${METRIC_MILLIS}`,
        ...options?.env,
        ...collectorEnvironment(sink, 'crash'),
      },
    });
    const made = Number(run.told.made?.at(-1));
    const arrived = spansIn(sink).length;
    const seen = lastEnded(sink);
    context.progress(`${end}: ${run.status}, ${arrived} of ${made}, the receiver knows of ${seen}`);
    const lost = made - arrived;
    const tail = Math.ceil((RATE * TAIL_MILLIS) / 1_000);
    return {
      checks: [
        isOrderly
          ? claim('I8', 'at least 99 % of all spans arrive', arrived >= made * 0.99, `${arrived} of ${made}`)
          : claim(
              'I4',
              `at most the last ${TAIL_MILLIS} ms are lost: ${tail} spans`,
              lost <= tail,
              `${lost} of ${made}`,
            ),
        claim('I4', 'no span arrives that was not made', arrived <= made, `${arrived} of ${made}`),
        claim(
          'I10',
          `the receiver knows of all but the last ${METRIC_MILLIS + TAIL_MILLIS} ms from vigil.span.ended`,
          made - Math.max(seen, arrived) <= (RATE * (METRIC_MILLIS + TAIL_MILLIS)) / 1_000,
          `${seen} known, ${arrived} arrived, ${made} made`,
        ),
      ],
      figures: {
        status: run.status,
        'spans made': made,
        'spans that arrived': arrived,
        'spans that are gone': lost,
        'of these the receiver knows': Math.max(0, seen - arrived),
        'nobody knows of': Math.max(0, made - Math.max(seen, arrived)),
      },
    };
  } finally {
    await sink.close();
  }
}

/** A memory group of the kernel (version 1 or 2), and the command that enters it. */
function memoryGroup(name: string, mib: number): { readonly command: readonly string[]; readonly remove: () => void } {
  const isVersion2 = existsSync('/sys/fs/cgroup/cgroup.controllers');
  const folder = isVersion2 ? `/sys/fs/cgroup/${name}` : `/sys/fs/cgroup/memory/${name}`;
  mkdirSync(folder);
  try {
    writeFileSync(`${folder}/${isVersion2 ? 'memory.max' : 'memory.limit_in_bytes'}`, `${mib * 2 ** 20}`);
    if (isVersion2) writeFileSync(`${folder}/memory.swap.max`, '0');
  } catch (error) {
    rmdirSync(folder);
    throw error;
  }
  return {
    command: ['sh', '-c', `echo $$ > ${folder}/cgroup.procs; exec "$@"`, 'sh'],
    remove: () => {
      // A process that was killed is gone from it a moment later.
      for (let left = 50; left > 0 && readFileSync(`${folder}/cgroup.procs`, 'utf8') !== ''; left -= 1)
        execFileSync('sleep', ['0.1']);
      rmdirSync(folder);
    },
  };
}

async function killedForMemory(one: Crash, context: RowContext): Promise<RowOutcome> {
  const group = memoryGroup(`vigil-faults-${process.pid}`, 256);
  try {
    return await crash({ ...one, options: { inFront: group.command, env: { MIB: '512' } } }, context);
  } finally {
    group.remove();
  }
}

const CRASHES: readonly Crash[] = [
  { end: 'native abort', isOrderly: false },
  { end: 'SIGSEGV', isOrderly: false },
  { end: 'SIGKILL', isOrderly: false },
  { end: 'heap exhausted', isOrderly: false, options: { flags: ['--max-old-space-size=64'] } },
  { end: 'killed by the kernel for memory', isOrderly: false, needs: ['root', 'cgroup'] },
  { end: 'process.exit in a handler', isOrderly: true },
  { end: 'uncaught exception', isOrderly: true },
  { end: 'unhandled rejection', isOrderly: true },
  { end: 'SIGTERM, no handler', isOrderly: true },
];

export const CRASH_LEFTOVERS: readonly FaultRow[] = CRASHES.map((one) =>
  processRow({
    id: `F23 leftovers, ${one.end}`,
    fault: `${one.end} in full traffic`,
    load: `${RATE} spans/s for ${SECONDS} s, metrics every ${METRIC_MILLIS} ms`,
    expected: one.isOrderly ? 'what was queued is delivered' : 'the last batch is gone; the receiver can tell how much',
    needs: one.needs ?? [],
    typicalSeconds: SECONDS + 3,
    run: (context) => (one.needs === undefined ? crash(one, context) : killedForMemory(one, context)),
  }),
);
