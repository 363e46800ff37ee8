import { constants } from 'node:perf_hooks';
import { V8JS_GC_DURATION } from '@vigil/conventions';
import type { Collector } from './collector.ts';

/** Values of `v8js.gc.type`. */
const MINOR = 'minor';
const TYPES: readonly (readonly [number, string])[] = [
  [constants.NODE_PERFORMANCE_GC_MINOR, MINOR],
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
];

/** How long each garbage collection held the thread, by its type. */
export const collectGarbageCollections: Collector = ({ metrics, process }) => {
  const histogram = metrics.histogram(V8JS_GC_DURATION);
  const byKind = new Map(TYPES.map(([kind, type]) => [kind, histogram.series(type)]));
  // V8 has kinds of minor collection that Node.js has no constant for.
  const minor = histogram.series(MINOR);
  return process.onGarbageCollection((kind, millis) => (byKind.get(kind) ?? minor).record(millis / 1_000));
};
