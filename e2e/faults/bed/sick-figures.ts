import { unaccounted } from './life.ts';
import { throughputRatio } from './load-window.ts';
import type { SickReading } from './sick-reading.ts';
import { median } from './vitals-watch.ts';

const PERCENT = 1_000;
const toPermille = (value: number) => Math.round(value * PERCENT) / PERCENT;

/** What the tables show of a row. */
export function sickFigures(seen: SickReading): Readonly<Record<string, number | string>> {
  const { ratio, low, high, pairs } = throughputRatio(seen.pairs);
  const ofPairs = (of: (pair: SickReading['pairs'][number]) => number) => toPermille(median(seen.pairs.map(of)));
  return {
    'throughput ÷ healthy': toPermille(ratio),
    '95 % from': toPermille(low),
    '95 % to': toPermille(high),
    pairs,
    'requests/s, sick': Math.round(median(seen.pairs.map(({ sick }) => sick.requestsPerSecond))),
    'requests/s, healthy': Math.round(median(seen.pairs.map(({ healthy }) => healthy.requestsPerSecond))),
    'p99 ms, sick': ofPairs(({ sick }) => sick.p99Millis),
    'p99 ms, healthy': ofPairs(({ healthy }) => healthy.p99Millis),
    'failed requests': seen.pairs.reduce((sum, { sick }) => sum + sick.errors, 0),
    'loop delay p99 ms, sick': toPermille(seen.sick.loopDelayP99Millis),
    'loop delay p99 ms, healthy': toPermille(seen.healthy.loopDelayP99Millis),
    'RSS MiB, sick': Math.round(seen.sick.rssMib),
    'RSS MiB, healthy': Math.round(seen.healthy.rssMib),
    'sick seconds': toPermille(seen.sickSeconds),
    'requests to the sick side': seen.sick.requests,
    'requests to the healthy side': seen.healthy.requests,
    'most sockets': seen.sick.sockets,
    'log lines': [...seen.sick.lines.values()].reduce((sum, times) => sum + times.length, 0),
    'recovery s': seen.recoverySeconds === undefined ? '' : toPermille(seen.recoverySeconds),
    'stop s': toPermille(seen.second.end.seconds),
    'ended by': endText(seen.second.end),
    'spans ended': seen.first.ended + seen.second.ended,
    'spans at the sink': seen.first.unique + seen.second.unique,
    'spans counted as lost': seen.first.counted + seen.second.counted,
    'spans lost − counted': unaccounted(seen.first) + unaccounted(seen.second),
  };
}

/** `SIGTERM`, `code 0`, or that it had to be killed. */
export function endText({ code, signal, killed }: SickReading['bareEnd']): string {
  if (killed) return 'had to be killed';
  return signal ?? `code ${code}`;
}
