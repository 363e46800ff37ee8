import type { Check, Effort } from '../row.ts';
import { differenceOfMeans, type Estimate, meanWithInterval } from './estimate.ts';
import { isDecided, throughputRatio } from './load-window.ts';
import type { SickReading } from './sick-reading.ts';

const THROUGHPUT_LEAST = 0.98;
/** Where times are not judged, less than this is no noise. */
const TERRIBLE = 0.5;
const P99_EXTRA_MILLIS = 1;
const LOOP_EXTRA_MILLIS = 2;

type Verdict = Check['verdict'];
const held = (isHeld: boolean): Verdict => (isHeld ? 'held' : 'broken');

export function judgeThroughput({ pairs }: SickReading, { judgesTimes }: Effort): Check {
  const ratio = throughputRatio(pairs);
  const isTerrible = ratio.high < TERRIBLE;
  const decided = (): Verdict => {
    if (ratio.high < THROUGHPUT_LEAST) return 'broken';
    return isDecided(ratio) || ratio.low >= THROUGHPUT_LEAST ? 'held' : 'undecided';
  };
  return {
    invariant: 'I2',
    claim: judgesTimes
      ? `throughput at least ${THROUGHPUT_LEAST} of that with a healthy backend`
      : `throughput not below ${TERRIBLE} of that with a healthy backend (times are not judged here)`,
    verdict: judgesTimes ? decided() : held(!isTerrible),
    seen: `${ratio.ratio.toFixed(3)} (95 %: ${ratio.low.toFixed(3)} to ${ratio.high.toFixed(3)}, ${ratio.pairs} pairs)`,
  };
}

export function judgeP99({ pairs }: SickReading, effort: Effort): Check {
  const difference = meanWithInterval(pairs.map(({ sick, healthy }) => sick.p99Millis - healthy.p99Millis));
  return judgeDifference('p99', P99_EXTRA_MILLIS, difference, effort);
}

/** Both applications idle while the other is loaded: their quarters of a second are alike but for the fault. */
export function judgeLoop({ sick, healthy }: SickReading, effort: Effort): Check {
  const difference = differenceOfMeans(sick.loopDelaysP99Millis, healthy.loopDelaysP99Millis);
  return judgeDifference("99 % of the event loop's delays", LOOP_EXTRA_MILLIS, difference, effort);
}

function judgeDifference(what: string, extraMillis: number, difference: Estimate, { judgesTimes }: Effort): Check {
  const { middle, low, high } = difference;
  const decided = (): Verdict => {
    if (low > extraMillis) return 'broken';
    return high <= extraMillis ? 'held' : 'undecided';
  };
  return {
    invariant: 'I2',
    claim: `${what} at most ${extraMillis} ms above ${what === 'p99' ? 'that' : 'those'} with a healthy backend${judgesTimes ? '' : ' (not judged here)'}`,
    verdict: judgesTimes ? decided() : 'held',
    seen: `${middle.toFixed(2)} ms more (95 %: ${low.toFixed(2)} to ${high.toFixed(2)})`,
  };
}
