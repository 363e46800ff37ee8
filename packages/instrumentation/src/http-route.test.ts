import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { addHttpRouteReader, httpRouteOf, setHttpRoute } from './http-route.ts';

const request = () => new IncomingMessage(new Socket());

test('the route that was said last stays', () => {
  const one = request();
  expect(httpRouteOf(one)).toBeUndefined();
  setHttpRoute(one, '/orders');
  setHttpRoute(one, '/orders/:id');
  expect(httpRouteOf(one)).toBe('/orders/:id');
});

test('the reader added last is asked first, and none when a route was said', () => {
  const stop = [addHttpRouteReader(() => '/outer'), addHttpRouteReader(() => '/inner')];
  expect(httpRouteOf(request())).toBe('/inner');
  const said = request();
  setHttpRoute(said, '/said');
  expect(httpRouteOf(said)).toBe('/said');
  stop[1]?.();
  stop[1]?.();
  expect(httpRouteOf(request())).toBe('/outer');
  stop[0]?.();
  expect(httpRouteOf(request())).toBeUndefined();
});

test('a reader that throws has found none', () => {
  const stop = addHttpRouteReader(() => {
    throw new Error('a framework of another shape');
  });
  expect(httpRouteOf(request())).toBeUndefined();
  stop();
});

test('what cannot be a route is none, and what cannot hold one does not throw', () => {
  const one = request();
  for (const wrong of [7, null, {}, '']) {
    setHttpRoute(one, wrong as string);
    expect(httpRouteOf(one)).toBeUndefined();
  }
  const stop = addHttpRouteReader(() => 7 as unknown as string);
  expect(httpRouteOf(request())).toBeUndefined();
  stop();
  const frozen = Object.freeze(request());
  for (const holder of [frozen, 'a binding of the platform', undefined])
    expect(() => setHttpRoute(holder as IncomingMessage, '/orders')).not.toThrow();
  expect(httpRouteOf(frozen)).toBeUndefined();
});
