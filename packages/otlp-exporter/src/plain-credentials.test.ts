import { expect, test } from '@jest/globals';
import { plainCredentialOrigins } from './plain-credentials.ts';

const origins = (url: string, headers = {}) => plainCredentialOrigins({ traces: { url, headers } });
const AUTHORIZATION = { authorization: 'Bearer secret' };

test.each([
  ['http://otel.example/v1/traces', AUTHORIZATION],
  ['http://10.0.0.1:4318/', { 'X-Api-Key': 'a' }],
  ['http://127.0.0.1.example/', { 'lightstep-access-token': 'a' }],
  ['http://me:secret@otel.example/', {}],
])('%s with %j is in the open', (url, headers) => {
  expect(origins(url, headers)).toEqual([new URL(url).origin]);
});

test.each([
  ['https://otel.example/v1/traces', AUTHORIZATION],
  ['http://localhost:4318/', AUTHORIZATION],
  ['http://127.1.2.3/', AUTHORIZATION],
  ['http://[::1]:4318/', AUTHORIZATION],
  ['http://otel.example/', { 'X-Scope-OrgID': 'shop' }],
])('%s with %j is not', (url, headers) => {
  expect(origins(url, headers)).toEqual([]);
});

test('three signals to one origin are one warning', () => {
  const endpoint = { url: 'http://otel.example/', headers: AUTHORIZATION };
  expect(plainCredentialOrigins({ traces: endpoint, metrics: endpoint, logs: endpoint })).toHaveLength(1);
});
