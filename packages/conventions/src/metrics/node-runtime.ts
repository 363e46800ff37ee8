import { NODEJS_EVENTLOOP_STATE, V8JS_GC_TYPE, V8JS_HEAP_SPACE_NAME, V8JS_RESOURCE_TYPE } from '../attribute.ts';
import type { Metric } from '../metric.ts';

const SOURCE = 'instrumentation-runtime-node';

const delay = <Name extends string>(statistic: Name, description: string) =>
  ({
    name: `nodejs.eventloop.delay.${statistic}`,
    unit: 's',
    kind: 'gauge',
    attributes: [],
    description,
    source: SOURCE,
  }) as const satisfies Metric;

const heapSpace = <Name extends string>(name: Name, kind: 'gauge' | 'updowncounter', description: string) =>
  ({
    name,
    unit: 'By',
    kind,
    attributes: [V8JS_HEAP_SPACE_NAME],
    description,
    source: SOURCE,
  }) as const satisfies Metric;

export const NODEJS_EVENTLOOP_DELAY_MIN = delay('min', 'Shortest event-loop delay since the last collection.');
export const NODEJS_EVENTLOOP_DELAY_MAX = delay('max', 'Longest event-loop delay since the last collection.');
export const NODEJS_EVENTLOOP_DELAY_MEAN = delay('mean', 'Mean event-loop delay since the last collection.');
export const NODEJS_EVENTLOOP_DELAY_STDDEV = delay('stddev', 'Standard deviation of the event-loop delay.');
export const NODEJS_EVENTLOOP_DELAY_P50 = delay('p50', 'Median event-loop delay since the last collection.');
export const NODEJS_EVENTLOOP_DELAY_P90 = delay('p90', '90th percentile of the event-loop delay.');
export const NODEJS_EVENTLOOP_DELAY_P99 = delay('p99', '99th percentile of the event-loop delay.');

export const NODEJS_EVENTLOOP_TIME = {
  name: 'nodejs.eventloop.time',
  unit: 's',
  kind: 'counter',
  attributes: [NODEJS_EVENTLOOP_STATE],
  description: 'Time the event loop has spent in the state the label names: active or idle.',
  source: SOURCE,
} as const satisfies Metric;

export const NODEJS_EVENTLOOP_UTILIZATION = {
  name: 'nodejs.eventloop.utilization',
  unit: '1',
  kind: 'gauge',
  attributes: [],
  description: 'Share of time the event loop was busy; near 1 the process can take no more.',
  source: SOURCE,
} as const satisfies Metric;

export const V8JS_GC_DURATION = {
  name: 'v8js.gc.duration',
  unit: 's',
  kind: 'histogram',
  attributes: [V8JS_GC_TYPE],
  boundaries: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
  description: 'How long garbage collection paused the process.',
  source: SOURCE,
} as const satisfies Metric;

export const V8JS_MEMORY_HEAP_USED = heapSpace(
  'v8js.memory.heap.used',
  'gauge',
  'Heap in use, per heap space: sum before comparing.',
);
export const V8JS_MEMORY_HEAP_SPACE_SIZE = heapSpace(
  'v8js.memory.heap.space.size',
  'updowncounter',
  'Heap that V8 has reserved, per heap space.',
);
export const V8JS_MEMORY_HEAP_SPACE_AVAILABLE_SIZE = heapSpace(
  'v8js.memory.heap.space.available_size',
  'gauge',
  'Heap that is reserved and free, per heap space.',
);
export const V8JS_MEMORY_HEAP_SPACE_PHYSICAL_SIZE = heapSpace(
  'v8js.memory.heap.space.physical_size',
  'gauge',
  'Heap that the operating system has really given, per heap space.',
);

export const V8JS_RESOURCE_ACTIVE = {
  name: 'v8js.resource.active',
  unit: '{resource}',
  kind: 'gauge',
  attributes: [V8JS_RESOURCE_TYPE],
  description: 'Handles and requests that keep the event loop alive.',
  source: SOURCE,
} as const satisfies Metric;

export const NODE_RUNTIME_METRICS: readonly Metric[] = [
  NODEJS_EVENTLOOP_DELAY_MIN,
  NODEJS_EVENTLOOP_DELAY_MAX,
  NODEJS_EVENTLOOP_DELAY_MEAN,
  NODEJS_EVENTLOOP_DELAY_STDDEV,
  NODEJS_EVENTLOOP_DELAY_P50,
  NODEJS_EVENTLOOP_DELAY_P90,
  NODEJS_EVENTLOOP_DELAY_P99,
  NODEJS_EVENTLOOP_TIME,
  NODEJS_EVENTLOOP_UTILIZATION,
  V8JS_GC_DURATION,
  V8JS_MEMORY_HEAP_USED,
  V8JS_MEMORY_HEAP_SPACE_SIZE,
  V8JS_MEMORY_HEAP_SPACE_AVAILABLE_SIZE,
  V8JS_MEMORY_HEAP_SPACE_PHYSICAL_SIZE,
  V8JS_RESOURCE_ACTIVE,
];
