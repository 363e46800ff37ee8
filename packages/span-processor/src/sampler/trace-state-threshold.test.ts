import { expect, test } from '@jest/globals';
import { createTraceState } from '@opentelemetry/api';
import fc from 'fast-check';
import { OT, readOt } from './ot-member.ts';
import { setThreshold, textWithoutThreshold } from './trace-state-threshold.ts';

const set = (raw: string, threshold: string | undefined) => setThreshold(createTraceState(raw), threshold).serialize();

test('the threshold is removed, the other parts of ot and other vendors stay', () => {
  expect(set('ot=th:8;rv:0123456789abcd;x:1,acme=7', undefined)).toBe('ot=rv:0123456789abcd;x:1,acme=7');
  expect(set('acme=7,ot=th:8', undefined)).toBe('acme=7');
  expect(set('acme=7,ot=rv:0123456789abcd', undefined)).toBe('acme=7,ot=rv:0123456789abcd');
});

test('a threshold replaces every other, malformed ones too', () => {
  expect(set('ot=th:zz;a:b;th:4', 'e666')).toBe('ot=th:e666;a:b');
  expect(set('', '0')).toBe('ot=th:0');
});

test('where there is no room for the threshold there is none, not the old one', () => {
  const long = 'x'.repeat(248);
  expect(set(`ot=th:8;y:${long}`, 'e666')).toBe(`ot=y:${long}`);
  const full = Array.from({ length: 32 }, (_, index) => `v${index}=1`).join(',');
  expect(set(full, '8')).toBe(full);
  const nearly = `ot=th:8,a=${'x'.repeat(250)},b=${'y'.repeat(244)}`;
  expect(nearly.length).toBe(507);
  expect(createTraceState(set(nearly, 'e6666666')).get(OT)).toBeUndefined();
  expect(createTraceState(set(nearly, 'e6')).get(OT)).toBe('th:e6');
});

test('a threshold or rv that is malformed or said twice is not believed', () => {
  const nothing = { threshold: undefined, randomness: undefined };
  for (const value of ['', 'th', 'th:', 'th:G', 'th:E666', 'th:012345678901234', 'th:8;th:8', 'rv:1', ' th:8']) {
    expect(readOt(value)).toEqual(nothing);
  }
  expect(readOt(undefined)).toEqual(nothing);
  expect(readOt(`th:8;${'x'.repeat(255)}`)).toEqual(nothing);
  expect(readOt('rv:0123456789abcd;th:8')).toEqual({ threshold: '8', randomness: '0123456789abcd' });
});

/** Texts that are near the real thing, so that most of them get past the first check. */
const part = fc.oneof(
  fc.stringMatching(/^th:[0-9a-g]{0,15}$/),
  fc.stringMatching(/^rv:[0-9a-f]{13,15}$/),
  fc.stringMatching(/^[a-z0-9]{1,4}:[a-z0-9]{0,6}$/),
  fc.constantFrom('', 'th:8', 'th', ';', ':', 'th:', 'x=y'),
);
const ot = fc.array(part, { maxLength: 5 }).map((parts) => `ot=${parts.join(';')}`);
const vendor = fc.stringMatching(/^[a-z]{1,3}=[ -~]{0,10}$/);
const header = fc.oneof(
  fc.array(fc.oneof(ot, vendor), { maxLength: 6 }).map((members) => members.join(',')),
  fc.string({ maxLength: 600 }),
);

test('100,000 trace states: no throw, other vendors kept in order, no threshold left, what is set is read again', () => {
  let thresholds = 0;
  fc.assert(
    fc.property(header, (raw) => {
      const before = createTraceState(raw);
      const without = setThreshold(before, undefined);
      if (before.get(OT)?.includes('th:') === true) thresholds += 1;
      if (/(^|;)th:/.test(without.get(OT) ?? '')) throw new Error('a threshold is left');
      const otherParts = (value: string | undefined) => value?.split(';').filter((text) => !text.startsWith('th:'));
      const others = (text: string) => text.split(',').filter((member) => member !== '' && !member.startsWith('ot='));
      const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
      if (!same(others(without.serialize()), others(before.serialize()))) throw new Error('a vendor is gone');
      const kept = (value: string | undefined) => (otherParts(value) ?? []).filter((text) => text !== '');
      if (!same(kept(without.get(OT)), kept(before.get(OT)))) throw new Error('a part of ot is gone');
      const changed = setThreshold(before, 'e666');
      const read = readOt(changed.get(OT)).threshold;
      if (read !== 'e666' && /(^|;)th:/.test(changed.get(OT) ?? '')) throw new Error('a stale threshold is left');
      if (!same(others(changed.serialize()), others(before.serialize()))) throw new Error('a vendor is gone');
      if (/(^|,)\s*ot=(.*;)?th:/.test(textWithoutThreshold(raw))) throw new Error('a threshold is left in the text');
    }),
    { numRuns: 100_000 },
  );
  expect(thresholds).toBeGreaterThan(10_000);
});
