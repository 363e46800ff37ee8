import type { AttributePairs } from './span-record.ts';

/**
 * Attributes that many spans have in common, such as those of one route or one statement: kept encoded, so that a span costs one
 * copy for all of them. Keys stand once; values are strings, numbers and booleans and never change.
 */
export class ConstantAttributes {
  readonly pairs: AttributePairs;
  /** As they stand in the bytes of a span, as `writer` encoded them; written by the encoder only. */
  bytes: Uint8Array | undefined = undefined;
  /** Whose limits `bytes` were made with. */
  writer: object | undefined = undefined;

  /** @param pairs key, value, key, value …; what is undefined is left out. */
  constructor(pairs: AttributePairs) {
    this.pairs = Object.freeze(withoutUndefined(pairs));
  }

  has(key: string): boolean {
    const { pairs } = this;
    for (let index = 0; index < pairs.length; index += 2) if (pairs[index] === key) return true;
    return false;
  }

  /** Value of a key, or undefined. */
  get(key: string): unknown {
    const { pairs } = this;
    for (let index = 0; index < pairs.length; index += 2) if (pairs[index] === key) return pairs[index + 1];
    return undefined;
  }
}

function withoutUndefined(pairs: AttributePairs): unknown[] {
  const list: unknown[] = [];
  for (let index = 0; index < pairs.length; index += 2) {
    if (pairs[index + 1] !== undefined) list.push(pairs[index], pairs[index + 1]);
  }
  return list;
}
