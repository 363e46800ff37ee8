import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { thresholdOf } from '../sampler/threshold.ts';
import { compileRoute } from './route-pattern.ts';
import { RouteRules } from './route-rule.ts';
import { routeOfAttributes, routeOfPairs } from './span-route.ts';

test.each([
  ['/health', ['/health', '/health/', '/health?x=1'], ['/healthy', '/health/db', '/', '']],
  ['/', ['/', '/?a'], ['/a']],
  ['/orders/:id', ['/orders/:id', '/orders/42', '/orders/42/?x'], ['/orders', '/orders/42/items']],
  ['/admin/*', ['/admin/*', '/admin', '/admin/a', '/admin/a/b'], ['/administration', '/']],
  ['/a/*/c', ['/a/b/c', '/a//c'], ['/a/b/d', '/a/b/c/d']],
])('%s matches what it should and no more', (pattern, matching, others) => {
  const matches = compileRoute(pattern);
  expect(matching.filter((route) => !matches(route))).toEqual([]);
  expect(others.filter((route) => matches(route))).toEqual([]);
});

test('a path of 1,024 characters is looked at, one more is not', () => {
  const matches = compileRoute('/files/*');
  expect(matches(`/files/${'x'.repeat(1_017)}`)).toBe(true);
  expect(matches(`/files/${'x'.repeat(1_018)}`)).toBe(false);
});

test('the first rule that matches decides; a rate between 0 and 1 by the bits of the trace', () => {
  const rules = new RouteRules([
    { route: '/a/b', ratio: 0 },
    { route: '/a/*', ratio: 0.5 },
  ]);
  const low = `${'1'.repeat(18)}70000000000000`;
  const high = `${'1'.repeat(18)}80000000000000`;
  expect([rules.keeps('/a/c', low), rules.keeps('/a/c', high)]).toEqual([false, true]);
  expect(rules.keeps('/a/b', high)).toBe(false);
  expect(rules.keeps('/other', high)).toBe(false);
  expect(rules.keeps(undefined, high)).toBe(false);
  expect(rules.thresholdFor('/other', 'c')).toBe('c');
});

test('looking rules up finds the one that asking each of them in turn finds', () => {
  const route = fc
    .array(fc.constantFrom('a', 'b', '*', ':id', '', 'a?x', '?'), { minLength: 1, maxLength: 4 })
    .map((segments) => `/${segments.join('/')}`);
  const patterns = fc.array(fc.oneof(route, fc.constantFrom('*', 'a', `/${'x'.repeat(1_100)}`)), { maxLength: 6 });
  fc.assert(
    fc.property(patterns, fc.oneof(route, fc.constantFrom('', 'a', `/${'x'.repeat(1_100)}`)), (texts, asked) => {
      const rules = new RouteRules(texts.map((text, index) => ({ route: text, ratio: (index + 1) / 16 })));
      const first = texts.findIndex((text) => compileRoute(text)(asked));
      const threshold = first === -1 ? 'none' : thresholdOf((first + 1) / 16);
      expect(rules.thresholdFor(asked, 'none')).toBe(threshold);
    }),
    { numRuns: 10_000 },
  );
});

test('the route of a span is http.route, else its path, else the old target', () => {
  expect(routeOfAttributes({ 'url.path': '/a', 'http.route': '/b' })).toBe('/b');
  expect(routeOfAttributes({ 'http.target': '/c', 'url.path': '/a' })).toBe('/a');
  expect(routeOfAttributes(undefined)).toBeUndefined();
  expect(routeOfPairs(['http.target', '/c', 'url.path', '/a', 'http.route', '/b'])).toBe('/b');
  expect(routeOfPairs(['http.target', '/c', 'url.path', '/a'])).toBe('/a');
  expect(routeOfPairs(['url.path', '/a', 'http.target', '/c'])).toBe('/a');
  expect(routeOfPairs(['http.target', '/c'])).toBe('/c');
});
