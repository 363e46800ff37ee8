import { PROCESS_CPU_TIME, PROCESS_CPU_UTILIZATION } from '@vigil/conventions';
import { all, type Collector } from './collector.ts';
import { recentChange } from './recent-change.ts';
import { MINUTE_MILLIS, sharedReading } from './shared-reading.ts';

const MICROS_PER_SECOND = 1e6;
const MICROS_PER_MILLI = 1e3;

/** CPU time of the whole process, and the share of the CPUs it may use that it did use a while back. */
export const collectCpu: Collector = ({ metrics, process, nowMillis }) => {
  const read = sharedReading(process.cpuMicros, nowMillis);
  const change = recentChange(read, nowMillis);
  const cpuCount = sharedReading(process.cpuCount, nowMillis, MINUTE_MILLIS);
  return all(
    metrics.observe(PROCESS_CPU_TIME, (give) => {
      const { user, system } = read();
      give(user / MICROS_PER_SECOND, 'user');
      give(system / MICROS_PER_SECOND, 'system');
    }),
    metrics.observe(PROCESS_CPU_UTILIZATION, (give) => {
      const { from, to, elapsedMillis } = change();
      if (elapsedMillis <= 0) return;
      const available = elapsedMillis * MICROS_PER_MILLI * cpuCount();
      give((to.user - from.user) / available, 'user');
      give((to.system - from.system) / available, 'system');
    }),
  );
};
