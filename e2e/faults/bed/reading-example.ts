import type { LedgerSnapshot } from '@vigil/otlp-exporter/core';
import type { ApplicationEnd, Life, LoadWindow, SickLife, SickReading, SideReading } from './sick-reading.ts';

const BY_SIGNAL: ApplicationEnd = { code: null, signal: 'SIGTERM', seconds: 0.01, killed: false };

/** A reading in which every claim holds; tests spoil one thing of it. */
export function goodReading(spoilt: Partial<SickReading> = {}): SickReading {
  return {
    subject: 'vigil',
    sickSeconds: 20,
    pairs: Array.from({ length: 10 }, () => ({ sick: loadWindowOf(1_000), healthy: loadWindowOf(1_000) })),
    sick: side({ requests: 12 }),
    healthy: side({ requests: 40 }),
    recoverySeconds: 6,
    startMillis: { sick: 300, healthy: 300 },
    first: life(),
    ended: [sickLife({})],
    ...spoilt,
  };
}

export const loadWindowOf = (requestsPerSecond: number, spoilt: Partial<LoadWindow> = {}): LoadWindow => ({
  requestsPerSecond,
  requests: requestsPerSecond / 2,
  errors: 0,
  p50Millis: 1,
  p99Millis: 3,
  cpuMicrosPerRequest: 100,
  ...spoilt,
});

export const side = (spoilt: Partial<SideReading> = {}): SideReading => ({
  loopDelaysP99Millis: Array(80).fill(3),
  loopDelayMaximumMillis: 8,
  rssMib: 120,
  threads: 12,
  sockets: 2,
  requests: 40,
  lines: new Map(),
  ...spoilt,
});

/** 100 requests of three spans: 250 accepted, 40 lost, 10 unconfirmed of which 4 came. */
export function life(spoilt: Partial<Life> = {}, ofLedger: Partial<LedgerSnapshot> = {}): Life {
  const ledger = {
    ended: 300,
    sampledOut: 0,
    accepted: 250,
    unconfirmed: 10,
    queued: 0,
    inflight: 0,
    breaker: 'closed',
    lost: { breaker_open: 40 },
    ...ofLedger,
  } as LedgerSnapshot;
  return {
    served: 100,
    ended: ledger.ended,
    expected: 300,
    ledger,
    unbalanced: 0,
    unique: 254,
    again: 0,
    altered: 0,
    backwards: 0,
    counted: 40,
    end: { code: null, signal: 'SIGTERM', seconds: 0.4, killed: false },
    ...spoilt,
  };
}

/** A life that ended while its backend was sick: by the signal, as without telemetry. */
export const sickLife = (end: Partial<ApplicationEnd>): SickLife => ({
  onSigterm: 'none',
  life: life({ end: { ...BY_SIGNAL, seconds: 0.4, ...end } }),
  bareEnd: BY_SIGNAL,
});
