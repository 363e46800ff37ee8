import { expect, test } from '@jest/globals';
import { coreTime, cpuSeconds, liveThreadCpuSeconds, memoryOf, openFiles, threadIds } from './processes.ts';

/** Above the largest process id Linux gives. */
const NOBODY = 4_194_305;
const onLinux = process.platform === 'linux' ? test : test.skip;

test('a process that does not exist has no CPU time, memory, files or threads', () => {
  expect([cpuSeconds, liveThreadCpuSeconds, memoryOf, openFiles].map((read) => read(NOBODY))).toEqual(
    Array(4).fill(undefined),
  );
  expect(threadIds(NOBODY)).toEqual([]);
});

test('a core that does not exist has no time', () => {
  expect(coreTime(100_000)).toBeUndefined();
});

onLinux('CPU of this process, seen from outside, is what it says of itself, within 50 ms', () => {
  const { user, system } = process.cpuUsage();
  const own = (user + system) / 1e6;
  expect(Math.abs((cpuSeconds(process.pid) ?? 0) - own)).toBeLessThan(0.05);
});

onLinux('30 ms of work are 30 ms of CPU of its living threads', () => {
  const before = liveThreadCpuSeconds(process.pid) ?? 0;
  const begun = process.cpuUsage();
  for (let used = process.cpuUsage(begun); used.user < 30_000; used = process.cpuUsage(begun)) Math.sqrt(used.user);
  expect((liveThreadCpuSeconds(process.pid) ?? 0) - before).toBeGreaterThan(0.025);
});

onLinux('memory of this process is some MiB, its peak at least as much, and it has files and threads open', () => {
  const { residentMib = 0, peakMib = 0 } = memoryOf(process.pid) ?? {};
  expect(residentMib).toBeGreaterThan(10);
  expect(peakMib).toBeGreaterThanOrEqual(residentMib);
  expect(threadIds(process.pid)).toContain(process.pid);
  expect(openFiles(process.pid)).toBeGreaterThan(2);
});

onLinux('core 0 has worked since the machine started', () => {
  expect(coreTime(0)?.busySeconds).toBeGreaterThan(0);
});
