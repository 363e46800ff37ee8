import { unaccounted } from './life.ts';
import { cpuRatio, throughputRatio } from './load-window.ts';
import type { ApplicationEnd, Life, SickReading } from './sick-reading.ts';
import { median } from './vitals-watch.ts';

const PERCENT = 1_000;
const toPermille = (value: number) => Math.round(value * PERCENT) / PERCENT;

/** The end of an application that closes its server at SIGTERM, and of one that leaves the signal alone. */
const STOP_FIGURES = { drain: 'stop s', none: 'stop s, without a handler' } as const;

/** What the tables show of a row. */
export function sickFigures(seen: SickReading): Readonly<Record<string, number | string>> {
  const { ratio, low, high, pairs } = throughputRatio(seen.pairs);
  const ofPairs = (of: (pair: SickReading['pairs'][number]) => number) => toPermille(median(seen.pairs.map(of)));
  const lives = [seen.first, ...seen.ended.map(({ life }) => life)];
  const sum = (of: (life: Life) => number) => lives.reduce((total, life) => total + of(life), 0);
  return {
    'throughput ÷ healthy': toPermille(ratio),
    '95 % from': toPermille(low),
    '95 % to': toPermille(high),
    pairs,
    'CPU a request ÷ healthy': rangeText(cpuRatio(seen.pairs)),
    'requests/s, sick': Math.round(median(seen.pairs.map(({ sick }) => sick.requestsPerSecond))),
    'requests/s, healthy': Math.round(median(seen.pairs.map(({ healthy }) => healthy.requestsPerSecond))),
    'p99 ms, sick': ofPairs(({ sick }) => sick.p99Millis),
    'p99 ms, healthy': ofPairs(({ healthy }) => healthy.p99Millis),
    'failed requests': seen.pairs.reduce((sum, { sick }) => sum + sick.errors, 0),
    'loop delay p99 ms, sick': toPermille(median(seen.sick.loopDelaysP99Millis)),
    'loop delay p99 ms, healthy': toPermille(median(seen.healthy.loopDelaysP99Millis)),
    'RSS MiB, sick': Math.round(seen.sick.rssMib),
    'RSS MiB, healthy': Math.round(seen.healthy.rssMib),
    'sick seconds': toPermille(seen.sickSeconds),
    'requests to the sick side': seen.sick.requests,
    'requests to the healthy side': seen.healthy.requests,
    'most sockets': seen.sick.sockets,
    'log lines': [...seen.sick.lines.values()].reduce((sum, times) => sum + times.length, 0),
    'recovery s': seen.recoverySeconds === undefined ? '' : toPermille(seen.recoverySeconds),
    ...Object.fromEntries(
      seen.ended.flatMap(({ onSigterm, life: { end } }) => [
        [STOP_FIGURES[onSigterm], toPermille(end.seconds)],
        [`${STOP_FIGURES[onSigterm]}: by`, endText(end)],
      ]),
    ),
    'spans ended': sum(({ ended }) => ended),
    'spans at the sink': sum(({ unique }) => unique),
    'spans counted as lost': sum(({ counted }) => counted),
    'spans lost − counted': sum(unaccounted),
  };
}

const rangeText = (ratio: ReturnType<typeof cpuRatio>): string =>
  ratio === undefined ? '' : `${ratio.ratio.toFixed(3)} (${ratio.low.toFixed(3)}–${ratio.high.toFixed(3)})`;

/** `SIGTERM`, `code 0`, or that it had to be killed. */
export function endText({ code, signal, killed }: ApplicationEnd): string {
  if (killed) return 'had to be killed';
  return signal ?? `code ${code}`;
}
