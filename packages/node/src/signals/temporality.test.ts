import { expect, test } from '@jest/globals';
import { AggregationTemporality, InstrumentType } from '@opentelemetry/sdk-metrics';
import { temporalityOf } from './temporality.ts';

test.each([
  ['cumulative', []],
  ['delta', ['COUNTER', 'GAUGE', 'HISTOGRAM', 'OBSERVABLE_COUNTER', 'OBSERVABLE_GAUGE']],
  ['lowmemory', ['COUNTER', 'HISTOGRAM']],
] as const)('%s sends these as delta: %j', (preference, expected) => {
  const delta = Object.values(InstrumentType).filter(
    (type) => temporalityOf(preference)(type) === AggregationTemporality.DELTA,
  );
  expect([...delta].sort()).toEqual(expected);
});
