import {
  CPU_MODE,
  NODEJS_EVENTLOOP_STATE,
  V8JS_GC_TYPE,
  V8JS_HEAP_SPACE_NAME,
  V8JS_RESOURCE_TYPE,
} from '../attribute.ts';
import type { Metric } from '../metric.ts';

const SOURCE = 'runtime';

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

/** What there is of something right now, without labels: sums over processes make sense. */
const amount = <Name extends string, Unit extends string>(name: Name, unit: Unit, description: string) =>
  ({ name, unit, kind: 'updowncounter', attributes: [], description, source: SOURCE }) as const satisfies Metric;

const instant = <Name extends string>(name: Name, description: string) =>
  ({ name, unit: 's', kind: 'gauge', attributes: [], description, source: SOURCE }) as const satisfies Metric;

/** OpenTelemetry has gauges only, which cannot be added up over instances or over a time other than theirs: hence this. */
export const NODEJS_EVENTLOOP_DELAY = {
  name: 'nodejs.eventloop.delay',
  unit: 's',
  kind: 'histogram',
  attributes: [],
  boundaries: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  description: 'How late the event loop came to a timer, sampled every 50 ms.',
  source: SOURCE,
} as const satisfies Metric;

export const NODEJS_EVENTLOOP_DELAY_MIN = delay('min', 'Shortest event-loop delay of the last minute.');
export const NODEJS_EVENTLOOP_DELAY_MAX = delay('max', 'Longest event-loop delay of the last minute.');
export const NODEJS_EVENTLOOP_DELAY_MEAN = delay('mean', 'Mean event-loop delay of the last minute.');
export const NODEJS_EVENTLOOP_DELAY_STDDEV = delay(
  'stddev',
  'Standard deviation of the event-loop delay of the last minute.',
);
export const NODEJS_EVENTLOOP_DELAY_P50 = delay('p50', 'Median event-loop delay of the last minute.');
export const NODEJS_EVENTLOOP_DELAY_P90 = delay('p90', '90th percentile of the event-loop delay of the last minute.');
export const NODEJS_EVENTLOOP_DELAY_P99 = delay('p99', '99th percentile of the event-loop delay of the last minute.');

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
  // From 100 µs: nearly all minor collections take less than the 5 ms at which OpenTelemetry's instrumentation begins.
  boundaries: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  description: 'How long garbage collection paused the process.',
  source: SOURCE,
} as const satisfies Metric;

export const V8JS_MEMORY_HEAP_LIMIT = amount(
  'v8js.memory.heap.limit',
  'By',
  'Heap at which V8 ends the process as out of memory.',
);
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

export const NODEJS_MEMORY_EXTERNAL = amount(
  'nodejs.memory.external',
  'By',
  'Memory outside the heap that JavaScript objects hold, array buffers among it.',
);
export const NODEJS_MEMORY_ARRAY_BUFFERS = amount(
  'nodejs.memory.array_buffers',
  'By',
  'Memory of array buffers and of every Buffer.',
);
export const NODEJS_WORKER_COUNT = amount(
  'nodejs.worker.count',
  '{worker}',
  'Worker threads that this thread has started and that run, without the exporter of Vigil.',
);

export const PROCESS_CPU_TIME = {
  name: 'process.cpu.time',
  unit: 's',
  kind: 'counter',
  attributes: [CPU_MODE],
  description: 'CPU time of the process, all its threads, in the mode the label names: user or system.',
  source: SOURCE,
} as const satisfies Metric;

export const PROCESS_CPU_UTILIZATION = {
  name: 'process.cpu.utilization',
  unit: '1',
  kind: 'gauge',
  attributes: [CPU_MODE],
  description: 'Share of the CPUs the process may use that it did use, by mode: sum before comparing.',
  source: SOURCE,
} as const satisfies Metric;

export const PROCESS_MEMORY_USAGE = amount(
  'process.memory.usage',
  'By',
  'Physical memory of the process: its resident set.',
);
export const PROCESS_MEMORY_LIMIT = amount(
  'process.memory.limit',
  'By',
  'Memory at which the control group of the process ends it; absent without such a limit.',
);
export const PROCESS_THREAD_COUNT = amount(
  'process.thread.count',
  '{thread}',
  'Threads of the process, those of V8 and of the thread pool among them.',
);
export const PROCESS_UNIX_FILE_DESCRIPTOR_COUNT = amount(
  'process.unix.file_descriptor.count',
  '{file_descriptor}',
  'File descriptors the process has open: files, sockets, pipes.',
);
export const PROCESS_UNIX_FILE_DESCRIPTOR_LIMIT = amount(
  'process.unix.file_descriptor.limit',
  '{file_descriptor}',
  'File descriptors the process may have open; absent without such a limit.',
);
export const PROCESS_UPTIME = instant('process.uptime', 'How long the process has been running.');
/** A process cannot know that it is a restart: it says when it began, and who stores that counts the beginnings. */
export const PROCESS_START_TIME = instant('process.start_time', 'When the process began, in seconds since 1970.');

export const NODE_RUNTIME_METRICS: readonly Metric[] = [
  NODEJS_EVENTLOOP_DELAY,
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
  V8JS_MEMORY_HEAP_LIMIT,
  V8JS_MEMORY_HEAP_USED,
  V8JS_MEMORY_HEAP_SPACE_SIZE,
  V8JS_MEMORY_HEAP_SPACE_AVAILABLE_SIZE,
  V8JS_MEMORY_HEAP_SPACE_PHYSICAL_SIZE,
  V8JS_RESOURCE_ACTIVE,
  NODEJS_MEMORY_EXTERNAL,
  NODEJS_MEMORY_ARRAY_BUFFERS,
  NODEJS_WORKER_COUNT,
  PROCESS_CPU_TIME,
  PROCESS_CPU_UTILIZATION,
  PROCESS_MEMORY_USAGE,
  PROCESS_MEMORY_LIMIT,
  PROCESS_THREAD_COUNT,
  PROCESS_UNIX_FILE_DESCRIPTOR_COUNT,
  PROCESS_UNIX_FILE_DESCRIPTOR_LIMIT,
  PROCESS_UPTIME,
  PROCESS_START_TIME,
];
