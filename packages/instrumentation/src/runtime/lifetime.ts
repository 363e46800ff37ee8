import { PROCESS_START_TIME, PROCESS_UPTIME } from '@vigil/conventions';
import { all, type Collector } from './collector.ts';

/** When the process began, from which restarts are counted, and how long ago that is. */
export const collectLifetime: Collector = ({ metrics, process }) =>
  all(
    metrics.observe(PROCESS_START_TIME, (give) => give(process.startSeconds)),
    metrics.observe(PROCESS_UPTIME, (give) => give(process.uptimeSeconds())),
  );
