import type { Sink, SinkStep } from '@vigil-internal/otlp-sink';
import type { BedApplication } from '../../bed/application/bed-application.ts';
import type { FaultProxy } from '../../proxy/fault-proxy.ts';
import type { Toxics } from '../../proxy/toxic.ts';

/** Whom a fault of a pair is done to. */
export interface PairTarget {
  readonly sink: Sink;
  /** Between the two. */
  readonly proxy: FaultProxy;
  readonly application: BedApplication;
}

/** One half of a pair: how the sink answers, how the way to it is, or something done to a process. */
export type PairFault =
  | { readonly name: string; readonly kind: 'answer'; readonly step: SinkStep }
  | { readonly name: string; readonly kind: 'way'; readonly toxics: Toxics }
  | {
      readonly name: string;
      readonly kind: 'process';
      begin(target: PairTarget): Promise<void> | void;
      end(target: PairTarget): Promise<void> | void;
    }
  /** The application does it to itself (afflicted.mjs). */
  | { readonly name: string; readonly kind: 'affliction' };

const answer = (name: string, step: SinkStep): PairFault => ({ name, kind: 'answer', step });
const way = (name: string, toxics: Toxics): PairFault => ({ name, kind: 'way', toxics });
const affliction = (name: string): PairFault => ({ name, kind: 'affliction' });
const status = (code: number, headers: Readonly<Record<string, string>> = {}): SinkStep => ({
  kind: 'answer',
  status: code,
  headers,
});

export const SUSPENDED: PairFault = {
  name: 'application suspended',
  kind: 'process',
  begin: ({ application }) => application.signal('SIGSTOP'),
  end: ({ application }) => application.signal('SIGCONT'),
};

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
  way('latency', { upstream: [{ kind: 'latency', latencyMillis: 300, jitterMillis: 200 }] }),
  way('20 KiB/s', { upstream: [{ kind: 'bandwidth', kibPerSecond: 20 }] }),
  way('slow close', { downstream: [{ kind: 'slow_close', delayMillis: 2_000 }] }),
  way('black hole', { upstream: [{ kind: 'timeout', timeoutMillis: 0 }] }),
  way('reset at the first byte', { upstream: [{ kind: 'reset_peer', timeoutMillis: 0 }] }),
  way('slices', { upstream: [{ kind: 'slicer', averageBytes: 200, variationBytes: 100, delayMillis: 1 }] }),
  way('answers cut', { downstream: [{ kind: 'limit_data', bytes: { from: 1, to: 150 } }] }),
  {
    name: 'way down',
    kind: 'process',
    begin: ({ proxy }) => proxy.down(),
    end: ({ proxy }) => proxy.up(),
  },
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
  SUSPENDED,
  affliction('stall'),
  affliction('clock back'),
  affliction('clock forth'),
  affliction('burst'),
  affliction('huge'),
  affliction('worker dies'),
];
