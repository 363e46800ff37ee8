import { isRandomness, isThreshold } from './threshold.ts';

/** Key of OpenTelemetry's member in `tracestate`. */
export const OT = 'ot';
/** W3C allows 256 characters for the value of a member; nothing in a longer one is believed. */
const VALUE_MAXIMUM = 256;

/** What consistent sampling reads of `ot=th:…;rv:…`; a part that is missing, malformed or said twice is undefined. */
export interface OtMember {
  readonly threshold: string | undefined;
  readonly randomness: string | undefined;
}

const NOTHING: OtMember = { threshold: undefined, randomness: undefined };

/** Reads the value of the `ot` member. Never throws; the time it takes grows with the length only. */
export function readOt(value: string | undefined): OtMember {
  if (value === undefined || value.length > VALUE_MAXIMUM) return NOTHING;
  const threshold = single(value, 'th:');
  const randomness = single(value, 'rv:');
  return {
    threshold: threshold !== undefined && isThreshold(threshold) ? threshold : undefined,
    randomness: randomness !== undefined && isRandomness(randomness) ? randomness : undefined,
  };
}

/** Whether the value says a threshold at all, a malformed one too. */
export function mentionsThreshold(value: string): boolean {
  return value.startsWith('th:') || value.includes(';th:');
}

/**
 * The value with this threshold instead of the one it has, or without any. All other parts stay as they are, in their
 * order. Empty when nothing is left; without threshold when it does not fit into 256 characters. Never throws.
 */
export function withThreshold(value: string | undefined, threshold: string | undefined): string {
  const others = value === undefined ? [] : value.split(';').filter((part) => part !== '' && !part.startsWith('th:'));
  const rest = others.join(';');
  if (threshold === undefined) return rest;
  const whole = rest === '' ? `th:${threshold}` : `th:${threshold};${rest}`;
  return whole.length > VALUE_MAXIMUM ? rest : whole;
}

function single(value: string, prefix: string): string | undefined {
  let found: string | undefined;
  for (const part of value.split(';')) {
    if (!part.startsWith(prefix)) continue;
    if (found !== undefined) return undefined;
    found = part.slice(prefix.length);
  }
  return found;
}
