import { createControlGroup } from '../../machine/control-group.ts';
import type { FaultRow } from '../../row.ts';
import { flood } from './bed/flood.ts';
import { judge, rounded } from './bed/judgement.ts';
import { pause } from './bed/waiting.ts';
import { deliveryRow, type Stage } from './delivery-row.ts';

/** Senders beside the application, each with one request under way. */
const FLOODERS = 24;
const FLOOD_SECONDS = 20;
/** More at a time than fits: each is decoded before the memory limiter is asked. */
const TOO_MANY = 96;
const MEBIBYTE = 1_048_576;

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
  deliveryRow({
    id: 'F44 out of memory',
    fault: `${TOO_MANY} senders send 6 MB log requests at once to a collector in the memory of its container; what the kernel kills is started again`,
    expected: 'Killed or not, everything that it had accepted arrives',
    typicalSeconds: 90,
    needs: ['root', 'cgroup'],
    prepare: async (bed) => {
      const group = createControlGroup({ memoryBytes: bed.setting('VIGIL_COLLECTOR_MEMORY_MIB') * MEBIBYTE });
      bed.program('collector').runBehind(group.command);
      return async () => group.remove();
    },
    async strike(stage) {
      const { bed, figures, context } = stage;
      const collector = bed.program('collector');
      const stop = AbortSignal.any([context.signal, AbortSignal.timeout(FLOOD_SECONDS * 1_000)]);
      const { statuses, done } = flood(bed.urls.otlp, stop, TOO_MANY);
      let kills = 0;
      while (!stop.aborted) {
        await pause(0.5, context.signal);
        if (collector.exit === undefined) continue;
        kills += 1;
        // As whoever watches over it does.
        await collector.start().catch(() => undefined);
      }
      await done;
      figures['killed by the kernel'] = kills;
      figures['flood answers'] = [...statuses].map(([status, count]) => `${count} × ${status || 'none'}`).join(', ');
      if (collector.exit !== undefined) await collector.start();
    },
  }),
];
