export interface Window {
  /** Counts windows since the epoch; part of the key, so every instance agrees on it. */
  readonly index: number;
  readonly resetSeconds: number;
}

export type Verdict =
  | { readonly status: 'allowed'; readonly remaining: number }
  | { readonly status: 'limited'; readonly remaining: 0 };

/** The window a moment falls in. `epochMillis` is wall-clock time, because instances share windows. */
export function windowAt(epochMillis: number, windowSeconds: number): Window {
  const windowMillis = windowSeconds * 1_000;
  const index = Math.floor(epochMillis / windowMillis);
  return { index, resetSeconds: Math.ceil(((index + 1) * windowMillis - epochMillis) / 1_000) };
}

/** `count` includes the request being judged: request number `limit` is the last one allowed. */
export function judge(count: number, limit: number): Verdict {
  return count > limit ? { status: 'limited', remaining: 0 } : { status: 'allowed', remaining: limit - count };
}
