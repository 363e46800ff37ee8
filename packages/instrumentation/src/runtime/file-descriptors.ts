import { PROCESS_UNIX_FILE_DESCRIPTOR_COUNT, PROCESS_UNIX_FILE_DESCRIPTOR_LIMIT } from '@vigil/conventions';
import { all, type Collector } from './collector.ts';
import { MINUTE_MILLIS, sharedReading } from './shared-reading.ts';

/** Where an older kernel has to be counted, that happens at most so often. */
const COUNT_MILLIS = 5_000;

/** Open file descriptors and how many there may be. */
export const collectFileDescriptors: Collector = ({ metrics, process, nowMillis }) => {
  const count = sharedReading(process.fileDescriptors, nowMillis, COUNT_MILLIS);
  const limit = sharedReading(process.fileDescriptorLimit, nowMillis, MINUTE_MILLIS);
  return all(
    metrics.observe(PROCESS_UNIX_FILE_DESCRIPTOR_COUNT, (give) => {
      const open = count();
      if (open !== undefined) give(open);
    }),
    metrics.observe(PROCESS_UNIX_FILE_DESCRIPTOR_LIMIT, (give) => {
      const most = limit();
      if (most !== undefined) give(most);
    }),
  );
};
