import type { FaultRow, RowContext, RowOutcome } from '../../row.ts';
import { APPLICATIONS, runApplication, VIGIL } from './application-run.ts';
import { claim } from './claim.ts';
import { collectorEnvironment, startCollector } from './collector.ts';
import { conserved } from './conservation.ts';
import { processRow } from './process-row.ts';

/** ExportTraceServiceResponse with fields nobody knows yet: 99 a varint, 100 a message, 101 eight bytes, 102 four. */
const FROM_THE_FUTURE = Buffer.from([
  ...[0x98, 0x06, 0x01],
  ...[0xa2, 0x06, 0x03, 0x08, 0x96, 0x01],
  ...[0xa9, 0x06, 1, 2, 3, 4, 5, 6, 7, 8],
  ...[0xb5, 0x06, 1, 2, 3, 4],
]).toString('base64');

async function runNewer(context: RowContext): Promise<RowOutcome> {
  const collector = await startCollector({
    kind: 'answer',
    body: FROM_THE_FUTURE,
    bodyEncoding: 'base64',
    headers: { 'X-Future': 'yes' },
  });
  try {
    const run = await runApplication({
      application: 'loaded.mjs',
      preload: VIGIL,
      env: { RATE: '500', SECONDS: '1.5', ...collectorEnvironment(collector, 'apart') },
      folder: context.folder,
      signal: context.signal,
    });
    context.progress(`${run.status} ${run.stderr.trim()}`);
    return {
      checks: [
        claim(
          'I1',
          'exit 0 and nothing on stderr',
          run.status === 'exit 0' && run.stderr === '',
          run.stderr || run.status,
        ),
        ...conserved(run.ledger, Number(run.told.made?.at(-1)), await collector.spansOf('apart')),
        claim('I4', 'all are accepted', run.ledger?.accepted === run.ledger?.ended, `${run.ledger?.accepted}`),
      ],
      figures: {},
    };
  } finally {
    await collector.close();
  }
}

/** A collector from before logs (or metrics) existed answers 404 there; the other signals go on. */
async function runOlder(context: RowContext): Promise<RowOutcome> {
  const missing = { kind: 'answer', status: 404 } as const;
  const collector = await startCollector({
    kind: 'paths',
    paths: { '/v1/logs': missing, '/v1/metrics': missing },
    otherwise: { kind: 'answer' },
  });
  try {
    const run = await runApplication({
      application: 'feedback.mjs',
      preload: VIGIL,
      env: {
        LOGGER: 'pino',
        SECONDS: '4',
        OTEL_METRIC_EXPORT_INTERVAL: '500',
        OTEL_BLRP_SCHEDULE_DELAY: '100',
        ...collectorEnvironment(collector, 'apart'),
      },
      folder: context.folder,
      signal: context.signal,
    });
    context.progress(`${run.status} ${run.stderr.trim()}`);
    const { paths } = await collector.sink.tally();
    const refused = (paths['/v1/logs']?.requests ?? 0) + (paths['/v1/metrics']?.requests ?? 0);
    const lines = run.stderr.split('\n').filter((line) => line !== '');
    return {
      checks: [
        claim('I1', 'exit 0', run.status === 'exit 0', run.status),
        ...conserved(run.ledger, undefined, await collector.spansOf('apart')),
        claim('I4', 'all spans are accepted', run.ledger?.accepted === run.ledger?.ended, `${run.ledger?.accepted}`),
        claim('I5', 'at most 6 requests to the paths that are not there', refused <= 6, `${refused}`),
        claim('I3', 'at most 4 lines say so', lines.length <= 4, `${lines.length}`),
      ],
      figures: { 'requests refused': refused },
    };
  } finally {
    await collector.close();
  }
}

/** No file is written, so no version can find another's: Node.js itself forbids every write. */
async function runStateless(context: RowContext): Promise<RowOutcome> {
  const collector = await startCollector();
  try {
    const run = await runApplication({
      application: 'loaded.mjs',
      preload: VIGIL,
      flags: ['--permission', '--allow-fs-read=*', '--allow-worker'],
      env: { RATE: '500', SECONDS: '1.5', ...collectorEnvironment(collector, 'apart') },
      folder: APPLICATIONS,
      signal: context.signal,
    });
    context.progress(`${run.status} ${run.stderr.trim()}`);
    return {
      checks: [
        claim(
          'I1',
          'exit 0, and nothing was refused',
          run.status === 'exit 0' && !run.stderr.includes('ERR_ACCESS_DENIED'),
          run.status,
        ),
        ...conserved(run.ledger, Number(run.told.made?.at(-1)), await collector.spansOf('apart')),
        claim('I4', 'all are accepted', run.ledger?.accepted === run.ledger?.ended, `${run.ledger?.accepted}`),
      ],
      figures: {},
    };
  } finally {
    await collector.close();
  }
}

const row = (id: string, fault: string, expected: string, run: FaultRow['run']): FaultRow =>
  processRow({ id, fault, load: '500 spans/s for 1.5 s', expected, typicalSeconds: 4, run });

export const VERSIONS_APART: readonly FaultRow[] = [
  row('F50 newer collector', 'answers with fields and headers nobody knows yet', 'they are ignored', runNewer),
  row('F50 older collector', 'a collector that does not know logs and metrics', 'spans go on; one line', runOlder),
  row('F50 no state', 'every write to a file is forbidden', 'no state on disk that versions could share', runStateless),
];
