import { startSink } from '@vigil-internal/otlp-sink';
import { startOtlpSink } from '../../../collector/otlp-sink.ts';
import type { FaultRow, RowContext, RowOutcome } from '../../row.ts';
import { runApplication, VIGIL } from './application-run.ts';
import { claim, none } from './claim.ts';
import { spansIn } from './hostile-values.ts';
import { processRow } from './process-row.ts';

interface LogsJson {
  readonly resourceLogs?: readonly {
    readonly scopeLogs?: readonly {
      readonly logRecords?: readonly { readonly body?: { readonly stringValue?: string } }[];
    }[];
  }[];
}

const SECONDS = 8;

/** `failing` cannot be delivered; the other signal shows what went into the pipeline. */
async function runFeedback(failing: 'traces' | 'logs', logger: string, context: RowContext): Promise<RowOutcome> {
  const well = await startOtlpSink();
  const sick = await startSink();
  await sick.behave({ kind: 'answer', status: 503 });
  try {
    const urls = Object.fromEntries(
      ['traces', 'metrics', 'logs'].map((signal) => [
        `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`,
        `${signal === failing ? sick.url : well.url}/v1/${signal}`,
      ]),
    );
    const run = await runApplication({
      application: 'feedback.mjs',
      preload: VIGIL,
      env: {
        ...urls,
        SECONDS: `${SECONDS}`,
        LOGGER: logger,
        OTEL_LOG_LEVEL: 'info',
        OTEL_METRIC_EXPORT_INTERVAL: '1000',
        OTEL_BLRP_SCHEDULE_DELAY: '200',
      },
      folder: context.folder,
      signal: context.signal,
    });
    context.progress(`${run.status} ${run.stderr.trim().slice(0, 800)}`);
    const tally = await sick.tally();
    const requests = Object.values(tally.paths).reduce((sum, { requests }) => sum + requests, 0);
    const ownPorts = [sick.url, well.url].map((url) => `"${new URL(url).port}"`);
    const spans = spansIn(well).map((span) => JSON.stringify(span));
    const selfSpans = spans.filter((text) => ownPorts.some((port) => text.includes(port)));
    const bodies = well.received
      .filter(({ signal }) => signal === 'logs')
      .flatMap(({ body }) => (body as LogsJson).resourceLogs ?? [])
      .flatMap(({ scopeLogs = [] }) => scopeLogs)
      .flatMap(({ logRecords = [] }) => logRecords)
      .map(({ body }) => body?.stringValue ?? '');
    const ownLines = run.stderr.split('\n').filter((line) => line.startsWith('vigil'));
    const served = Number(run.told.served?.at(-1));
    // What the application itself made of Vigil's diagnostics: one a cause and 10 s.
    const aboutUs = bodies.filter((body) => /spans|export|circuit|collector/i.test(body));
    return {
      checks: [
        claim('I1', 'the application ends as it would: exit 0', run.status === 'exit 0', run.status),
        ...(failing === 'logs'
          ? [
              none(
                'I7',
                'no span about our own requests',
                selfSpans.map((text) => text.slice(0, 200)),
                spans.length,
              ),
            ]
          : [
              claim(
                'I7',
                'at most 6 log records about our own trouble',
                aboutUs.length <= 6,
                `${aboutUs.length} of ${bodies.length}: ${aboutUs.slice(0, 2).join(' · ')}`,
              ),
            ]),
        claim(
          'I7',
          'the application’s own telemetry is there',
          (failing === 'logs' ? spans.length : bodies.length) >= served / 2 && served > 0,
          failing === 'logs' ? `${spans.length} spans` : `${bodies.length} records`,
        ),
        claim('I5', 'at most 15 requests to the sick side', requests <= 15, `${requests} in ${SECONDS} s`),
        claim('I3', 'at most 8 lines on stderr', ownLines.length <= 8, `${ownLines.length}`),
        claim(
          'I10',
          'what was lost or waits is in its accounts',
          failing === 'logs' || (run.ledger?.accepted ?? -1) === 0,
          `accepted ${run.ledger?.accepted}`,
        ),
      ],
      figures: { 'requests served': served, 'requests to the sick side': requests, 'lines on stderr': ownLines.length },
    };
  } finally {
    await Promise.all([well.close(), sick.close()]);
  }
}

const LOGGERS: Readonly<Record<string, string>> = {
  pino: 'pino',
  winston: 'winston',
  console: 'console',
  'diagnostics into pino': 'the application’s diagnostic logger is pino, so that our own trouble becomes log records',
};

export const FEEDBACK_LOOP: readonly FaultRow[] = Object.entries(LOGGERS).flatMap(([logger, text]) =>
  (['traces', 'logs'] as const).map((failing) =>
    processRow({
      id: `F40 ${logger}, ${failing} fail`,
      fault: `feedback: ${failing} are answered 503 while ${text} logs and http, undici, pino are instrumented`,
      load: `a request by fetch with two log lines every 20 ms for ${SECONDS} s`,
      expected: 'nothing of our own traffic becomes telemetry; our own logger passes the instrumented ones by',
      inSelection: logger === 'diagnostics into pino' && failing === 'logs',
      typicalSeconds: SECONDS + 2,
      run: (context) => runFeedback(failing, logger, context),
    }),
  ),
);
