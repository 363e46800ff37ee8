import { NODEJS_EVENTLOOP_TIME, NODEJS_EVENTLOOP_UTILIZATION } from '@vigil/conventions';
import { all, type Collector } from './collector.ts';
import { recentChange } from './recent-change.ts';
import { sharedReading } from './shared-reading.ts';

/** Time the event loop worked and waited, and the share of its work a while back. */
export const collectEventLoopTime: Collector = ({ metrics, process, nowMillis }) => {
  const read = sharedReading(process.eventLoopMillis, nowMillis);
  const change = recentChange(read, nowMillis);
  return all(
    metrics.observe(NODEJS_EVENTLOOP_TIME, (give) => {
      const { active, idle } = read();
      give(active / 1_000, 'active');
      give(idle / 1_000, 'idle');
    }),
    metrics.observe(NODEJS_EVENTLOOP_UTILIZATION, (give) => {
      const { from, to } = change();
      const active = to.active - from.active;
      const elapsed = active + to.idle - from.idle;
      // Before the loop has begun there is no share of it.
      if (elapsed > 0) give(active / elapsed);
    }),
  );
};
