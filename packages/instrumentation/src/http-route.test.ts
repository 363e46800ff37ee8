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
