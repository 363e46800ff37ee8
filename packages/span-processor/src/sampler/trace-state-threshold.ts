import type { TraceState } from '@opentelemetry/api';
import { mentionsThreshold, OT, withThreshold } from './ot-member.ts';

/**
 * The trace state with this threshold in its `ot` member, or with none. Other parts of `ot` and other vendors' members
 * stay. When the limits of `tracestate` leave no room for the threshold, there is none: never a stale one.
 */
export function setThreshold(traceState: TraceState, threshold: string | undefined): TraceState {
  const before = traceState.get(OT);
  if (threshold === undefined && (before === undefined || !mentionsThreshold(before))) return traceState;
  const after = withThreshold(before, threshold);
  if (after === '') return traceState.unset(OT);
  const changed = traceState.set(OT, after);
  if (changed.get(OT) === after) return changed;
  // Refused for its length. What is left without the threshold is never longer than what was there.
  if (before === undefined) return traceState;
  const rest = withThreshold(before, undefined);
  return rest === '' ? traceState.unset(OT) : traceState.unset(OT).set(OT, rest);
}

/** The same on the text of a `tracestate` header: the text without a threshold. Never throws. */
export function textWithoutThreshold(traceState: string): string {
  if (!traceState.includes('th:')) return traceState;
  return traceState
    .split(',')
    .map((member) => {
      const text = member.trim();
      if (!text.startsWith(`${OT}=`)) return text;
      const rest = withThreshold(text.slice(OT.length + 1), undefined);
      return rest === '' ? '' : `${OT}=${rest}`;
    })
    .filter((member) => member !== '')
    .join(',');
}
