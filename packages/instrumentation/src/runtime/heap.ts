import {
  type Metric,
  V8JS_MEMORY_HEAP_LIMIT,
  V8JS_MEMORY_HEAP_SPACE_AVAILABLE_SIZE,
  V8JS_MEMORY_HEAP_SPACE_PHYSICAL_SIZE,
  V8JS_MEMORY_HEAP_SPACE_SIZE,
  V8JS_MEMORY_HEAP_USED,
} from '@vigil/conventions';
import { all, type Collector } from './collector.ts';
import type { NodeProcess } from './node-process.ts';
import { sharedReading } from './shared-reading.ts';

type HeapSpace = ReturnType<NodeProcess['heapSpaces']>[number];

const OF_SPACE: readonly (readonly [Metric, (space: HeapSpace) => number])[] = [
  [V8JS_MEMORY_HEAP_USED, (space) => space.space_used_size],
  [V8JS_MEMORY_HEAP_SPACE_SIZE, (space) => space.space_size],
  [V8JS_MEMORY_HEAP_SPACE_AVAILABLE_SIZE, (space) => space.space_available_size],
  [V8JS_MEMORY_HEAP_SPACE_PHYSICAL_SIZE, (space) => space.physical_space_size],
];

/** The heap by space, and the limit at which V8 gives up. */
export const collectHeap: Collector = ({ metrics, process, nowMillis }) => {
  const spaces = sharedReading(process.heapSpaces, nowMillis);
  return all(
    metrics.observe(V8JS_MEMORY_HEAP_LIMIT, (give) => give(process.heapLimitBytes())),
    ...OF_SPACE.map(([metric, bytes]) =>
      metrics.observe(metric, (give) => {
        for (const space of spaces()) give(bytes(space), space.space_name);
      }),
    ),
  );
};
