import type { NativeMetric } from './native-metric.ts';
import { SCRAPE_JOBS } from './scrape-job.ts';

// Read by Prometheus from the collector's pull reader (`service.telemetry.metrics.readers`), not pushed through the
// pipeline: it must still answer when the pipeline is what is broken. Counters end in `_total`. Every unit here is an
// annotation such as `{spans}`, so the names are the same with and without the reader's `without_units`.
const job = SCRAPE_JOBS.collector;

/** The three signals as the collector's metric names spell them. */
export const COLLECTOR_ITEMS = ['spans', 'metric_points', 'log_records'] as const;
export type CollectorItem = (typeof COLLECTOR_ITEMS)[number];

const perItem = (name: string, label: string, does: (item: string) => string, lazy?: 'lazy') =>
  Object.fromEntries(
    COLLECTOR_ITEMS.map((item): [CollectorItem, NativeMetric] => [
      item,
      {
        name: `otelcol_${name}_${item}_total`,
        kind: 'counter',
        labels: [label],
        description: does(item.replace('_', ' ')),
        job,
        ...(lazy ? { lazy: true } : {}),
      },
    ]),
  ) as Readonly<Record<CollectorItem, NativeMetric>>;

export const OTELCOL_RECEIVER_ACCEPTED = perItem('receiver_accepted', 'receiver', (items) => `${items} taken in.`);
export const OTELCOL_RECEIVER_REFUSED = perItem(
  'receiver_refused',
  'receiver',
  (items) => `${items} sent back to the application, which tries again: memory or a queue is full.`,
);
export const OTELCOL_EXPORTER_SENT = perItem('exporter_sent', 'exporter', (items) => `${items} a store has confirmed.`);
export const OTELCOL_EXPORTER_SEND_FAILED = perItem(
  'exporter_send_failed',
  'exporter',
  (items) => `${items} given up: a store refused them for good.`,
  'lazy',
);
export const OTELCOL_EXPORTER_ENQUEUE_FAILED = perItem(
  'exporter_enqueue_failed',
  'exporter',
  (items) => `${items} turned away because the sending queue was full.`,
  'lazy',
);

export const OTELCOL_EXPORTER_QUEUE_SIZE = {
  name: 'otelcol_exporter_queue_size',
  kind: 'gauge',
  labels: ['exporter', 'data_type'],
  description: 'Requests that wait in the sending queue.',
  job,
} as const satisfies NativeMetric;

export const OTELCOL_EXPORTER_QUEUE_CAPACITY = {
  name: 'otelcol_exporter_queue_capacity',
  kind: 'gauge',
  labels: ['exporter', 'data_type'],
  description: 'Requests the sending queue can hold.',
  job,
} as const satisfies NativeMetric;

export const COLLECTOR_METRICS: readonly NativeMetric[] = [
  ...[
    OTELCOL_RECEIVER_ACCEPTED,
    OTELCOL_RECEIVER_REFUSED,
    OTELCOL_EXPORTER_SENT,
    OTELCOL_EXPORTER_SEND_FAILED,
    OTELCOL_EXPORTER_ENQUEUE_FAILED,
  ].flatMap((family) => COLLECTOR_ITEMS.map((item) => family[item])),
  OTELCOL_EXPORTER_QUEUE_SIZE,
  OTELCOL_EXPORTER_QUEUE_CAPACITY,
];
