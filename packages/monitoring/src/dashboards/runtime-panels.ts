import {
  NODEJS_EVENTLOOP_DELAY_P50,
  NODEJS_EVENTLOOP_DELAY_P99,
  NODEJS_EVENTLOOP_UTILIZATION,
  promName,
  V8JS_GC_DURATION,
  V8JS_MEMORY_HEAP_SPACE_SIZE,
  V8JS_MEMORY_HEAP_USED,
} from '@vigil/conventions';
import { timeSeries } from './panel.ts';
import { ofService, perSecond } from './selected-service.ts';

/** Event loop, heap and garbage collection of each instance. Never throws. */
export function runtimePanels() {
  const place = { span: 6, height: 8, empty: 'The process reports no runtime metrics' };
  return [
    timeSeries({
      ...place,
      title: 'Event-loop delay',
      description: 'How late timers run. Everything a process does waits this long: above 0.1 s something blocks.',
      unit: 's',
      queries: [
        { expr: `max by (instance) (${ofService(promName(NODEJS_EVENTLOOP_DELAY_P99))})`, legend: 'p99 {{instance}}' },
        { expr: `max by (instance) (${ofService(promName(NODEJS_EVENTLOOP_DELAY_P50))})`, legend: 'p50 {{instance}}' },
      ],
    }),
    timeSeries({
      ...place,
      title: 'Event-loop utilization',
      description:
        'Share of time the event loop was busy. Near 100 % the process takes no more: add instances or find what is slow.',
      unit: 'percentunit',
      queries: [
        { expr: `max by (instance) (${ofService(promName(NODEJS_EVENTLOOP_UTILIZATION))})`, legend: '{{instance}}' },
      ],
    }),
    timeSeries({
      ...place,
      title: 'Heap',
      description:
        'Memory that JavaScript objects use, and what V8 has reserved for them. A line that only rises is a leak.',
      unit: 'bytes',
      queries: [
        { expr: `sum by (instance) (${ofService(promName(V8JS_MEMORY_HEAP_USED))})`, legend: 'used {{instance}}' },
        {
          expr: `sum by (instance) (${ofService(promName(V8JS_MEMORY_HEAP_SPACE_SIZE))})`,
          legend: 'reserved {{instance}}',
        },
      ],
    }),
    timeSeries({
      ...place,
      title: 'Garbage collection',
      description: 'Share of time the process stood still for garbage collection. Above 10 % memory is too tight.',
      unit: 'percentunit',
      queries: [
        { expr: `sum by (instance) (${perSecond(`${promName(V8JS_GC_DURATION)}_sum`)})`, legend: '{{instance}}' },
      ],
    }),
  ];
}
