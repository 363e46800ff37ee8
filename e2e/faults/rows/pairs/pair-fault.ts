import type { Sink, SinkStep } from '@vigil-internal/otlp-sink';
import type { BedApplication } from '../../bed/application/bed-application.ts';

/** Whom a fault of a pair is done to. */
export interface PairTarget {
  readonly sink: Sink;
  readonly application: BedApplication;
}

/** One half of a pair: how the sink answers, or something done to the sink's or the application's process. */
export type PairFault =
  | { readonly name: string; readonly kind: 'answer'; readonly step: SinkStep }
  | {
      readonly name: string;
      readonly kind: 'process';
      begin(target: PairTarget): Promise<void> | void;
      end(target: PairTarget): Promise<void> | void;
    }
  /** The application does it to itself (afflicted.mjs). */
  | { readonly name: string; readonly kind: 'affliction' };

const answer = (name: string, step: SinkStep): PairFault => ({ name, kind: 'answer', step });
const affliction = (name: string): PairFault => ({ name, kind: 'affliction' });
const status = (code: number, headers: Readonly<Record<string, string>> = {}): SinkStep => ({
  kind: 'answer',
  status: code,
  headers,
});

export const PAIR_FAULTS: readonly PairFault[] = [
  answer('hang', { kind: 'hang' }),
  answer('slow', { kind: 'answer', delayMillis: { from: 2_000, to: 6_000 } }),
  answer('drip', { kind: 'drip', status: 200, everyMillis: 300 }),
  answer('503', status(503)),
  answer('429 with a bad Retry-After', status(429, { 'Retry-After': '-5' })),
  answer('500', status(500)),
  answer('401', status(401)),
  answer('redirect', status(302, { Location: 'http://127.0.0.1:9/' })),
  answer('413 above 4 kB', { kind: 'limit', bytes: 4_000, otherwise: { kind: 'answer' } }),
  answer('partial success', { kind: 'partial', rejected: 3 }),
  answer('rejects more than was sent', { kind: 'partial', rejected: 1_000_000, claims: '99999999999' }),
  answer('reset after the request', { kind: 'reset', after: 'request' }),
  answer('reset in the answer', { kind: 'reset', after: 'half-answer' }),
  answer('cut at byte 1,000', { kind: 'cut', bytes: 1_000 }),
  answer('garbage', { kind: 'raw', bytes: '\u0000\u0001HTTP/9 what\r\n\r\n' }),
  answer('flood', { kind: 'flood', bytes: 5_000_000 }),
  answer('closes behind the answer', { kind: 'answer', closeAfterMillis: 0 }),
  {
    name: 'frozen',
    kind: 'process',
    begin: ({ sink }) => sink.freeze(),
    end: ({ sink }) => sink.thaw(),
  },
  {
    name: 'killed',
    kind: 'process',
    begin: ({ sink }) => sink.kill(),
    end: ({ sink }) => sink.restart(),
  },
  {
    name: 'application suspended',
    kind: 'process',
    begin: ({ application }) => application.signal('SIGSTOP'),
    end: ({ application }) => application.signal('SIGCONT'),
  },
  affliction('stall'),
  affliction('clock back'),
  affliction('clock forth'),
  affliction('burst'),
  affliction('huge'),
  affliction('worker dies'),
];
