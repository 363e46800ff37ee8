import { expect, test } from '@jest/globals';
import { hasWorkingSyncHooks } from './sync-hooks-support.ts';

test.each(['22.22.3', '22.23.0', '24.11.1', '24.12.0', '25.1.0', '26.0.0', '27.3.1-nightly2026'])('%s', (version) => {
  expect(hasWorkingSyncHooks(version)).toBe(true);
});

test.each(['22.15.0', '22.22.2', '23.11.1', '24.0.0', '24.11.0', '25.0.9', '20.20.2'])(
  '%s has none that work',
  (version) => {
    expect(hasWorkingSyncHooks(version)).toBe(false);
  },
);
