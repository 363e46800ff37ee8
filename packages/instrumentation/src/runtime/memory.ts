import {
  NODEJS_MEMORY_ARRAY_BUFFERS,
  NODEJS_MEMORY_EXTERNAL,
  PROCESS_MEMORY_LIMIT,
  PROCESS_MEMORY_USAGE,
} from '@vigil/conventions';
import { all, type Collector } from './collector.ts';
import { MINUTE_MILLIS, sharedReading } from './shared-reading.ts';

/** Memory of the process and the limit of its control group. */
export const collectMemory: Collector = ({ metrics, process, nowMillis }) => {
  const memory = sharedReading(process.memory, nowMillis);
  const limit = sharedReading(process.memoryLimitBytes, nowMillis, MINUTE_MILLIS);
  return all(
    metrics.observe(PROCESS_MEMORY_USAGE, (give) => give(memory().rss)),
    metrics.observe(NODEJS_MEMORY_EXTERNAL, (give) => give(memory().external)),
    metrics.observe(NODEJS_MEMORY_ARRAY_BUFFERS, (give) => give(memory().arrayBuffers)),
    metrics.observe(PROCESS_MEMORY_LIMIT, (give) => {
      const bytes = limit();
      if (bytes !== undefined) give(bytes);
    }),
  );
};
