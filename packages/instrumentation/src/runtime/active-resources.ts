import { V8JS_RESOURCE_ACTIVE } from '@vigil/conventions';
import type { Collector } from './collector.ts';
import { sharedReading } from './shared-reading.ts';

/** Node.js has some thirty names; a type beyond this many is not told. */
const TYPES_MAXIMUM = 64;

/** 10,000 sockets take a millisecond to list: not more often than this. */
const LIST_MILLIS = 5_000;

/** Handles and requests that keep the loop alive, by type. A type that was once there goes on, as 0. */
export const collectActiveResources: Collector = ({ metrics, process, nowMillis }) => {
  const list = sharedReading(process.activeResources, nowMillis, LIST_MILLIS);
  const counts = new Map<string, number>();
  return metrics.observe(V8JS_RESOURCE_ACTIVE, (give) => {
    for (const type of counts.keys()) counts.set(type, 0);
    for (const type of list()) {
      const count = counts.get(type);
      if (count !== undefined || counts.size < TYPES_MAXIMUM) counts.set(type, (count ?? 0) + 1);
    }
    for (const [type, count] of counts) give(count, type);
  });
};
