import type { FaultRow } from '../../row.ts';
import { flood } from './bed/flood.ts';
import { judge, rounded } from './bed/judgement.ts';
import { deliveryRow, type Stage } from './delivery-row.ts';

/** Senders beside the application, each with one request under way. */
const FLOODERS = 24;
const FLOOD_SECONDS = 20;

/** Most resident memory of the collector while something goes on, in MiB. */
async function peakWhile({ bed }: Stage, work: Promise<unknown>): Promise<number> {
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, bed.program('collector').residentMib());
  }, 50);
  await work;
  clearInterval(watch);
  return rounded(peak);
}

/** Faults that fill the collector's memory. */
export const MEMORY_ROWS: readonly FaultRow[] = [
  deliveryRow({
    id: 'F44',
    fault: `Loki hangs, and ${FLOODERS} senders beside the application send 6 MB log requests without pause for ${FLOOD_SECONDS} s`,
    expected: 'The memory limiter refuses with 503 and counts; the collector stays below the memory of its container',
    typicalSeconds: 120,
    options: { settings: { VIGIL_COLLECTOR_QUEUE_MAX_BYTES: '268435456' } },
    async strike(stage) {
      const { bed, checks, figures, context } = stage;
      bed.program('loki').freeze();
      const stop = AbortSignal.any([context.signal, AbortSignal.timeout(FLOOD_SECONDS * 1_000)]);
      const { statuses, retryAfter, done } = flood(bed.urls.otlp, stop, FLOODERS);
      const stretch = stage.during('the flood', FLOOD_SECONDS);
      const peak = await peakWhile(stage, Promise.all([done, stretch]));
      const { requestsPerMinute } = await stretch;
      const refused = await bed.metric('collector', 'otelcol_processor_memory_limiter_refused_log_records_total');
      const limit = bed.setting('VIGIL_COLLECTOR_MEMORY_MIB');
      const { exit } = bed.program('collector');
      figures['collector RSS peak MiB'] = peak;
      figures['flood answers'] = [...statuses].map(([status, count]) => `${count} × ${status}`).join(', ');
      figures['Retry-After'] = [...retryAfter].join(', ') || 'none was sent';
      figures['requests a minute of the application'] = requestsPerMinute;
      figures['log records refused by the limiter'] = refused;
      checks.push(
        judge(
          'I3',
          `the collector stays below the ${limit} MiB of its container and lives`,
          peak < limit && exit === undefined,
          `peak ${peak} MiB${exit === undefined ? '' : `, ended with ${exit.code ?? exit.signal}`}`,
        ),
        judge(
          'I5',
          'what it refuses it refuses with 503',
          [...statuses.keys()].every((status) => [0, 200, 503].includes(status)),
          String(figures['flood answers']),
        ),
        judge(
          'I10',
          'the refusals are counted, so that CollectorRefusing sees them',
          (await bed.metric('collector', 'otelcol_receiver_refused_log_records_total')) > 0,
          `${refused} by the limiter`,
        ),
      );
      bed.program('loki').thaw();
    },
  }),
];
