import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type OwnPostgres, startPostgres } from './own-postgres.ts';
import type { SeenSpan, SeenValue } from './recording-host.ts';
import { runApp } from './run-app.ts';

interface Step {
  readonly answer: { readonly value?: unknown; readonly error?: { readonly message: string } };
  readonly spans: readonly SeenSpan[];
  readonly values: readonly SeenValue[];
  /** Spans open at its end, its own included. */
  readonly open: number;
}

interface Report {
  readonly steps: Readonly<Record<string, Step>>;
  readonly gauges: readonly SeenValue[];
  readonly gaugesAfter: readonly SeenValue[];
  readonly listeners: readonly number[];
  readonly functions: unknown;
  readonly open: number;
}

let postgres: OwnPostgres;
let bare: Report;
let vigil: Report;

beforeAll(async () => {
  postgres = await startPostgres();
  bare = await runApp<Report>('pg.ts', postgres.url, 'bare');
  vigil = await runApp<Report>('pg.ts', postgres.url, 'vigil');
}, 90_000);

afterAll(async () => {
  await postgres?.close();
});

const spansOf = (step: string) => vigil.steps[step]?.spans ?? [];
const valuesOf = (step: string, metric: string) =>
  (vigil.steps[step]?.values ?? []).filter((value) => value.metric === metric);

describe('node-postgres', () => {
  test('31 ways of asking give what they give without Vigil: values, errors with their stacks, unhandled rejections', () => {
    const answers = ({ steps }: Report) => Object.entries(steps).map(([name, { answer }]) => [name, answer]);
    expect(answers(vigil)).toEqual(answers(bare));
    expect(Object.keys(bare.steps)).toHaveLength(31);
    expect(bare.steps['unhandled rejections']?.answer.value).toEqual(['42601']);
    expect([vigil.functions, vigil.listeners]).toEqual([bare.functions, bare.listeners]);
  });

  test('each query is one span under the span that was active, and each ends', () => {
    for (const [name, { spans }] of Object.entries(vigil.steps)) {
      for (const span of spans) expect([name, span.parent]).toEqual([name, name]);
    }
    expect(Object.values(vigil.steps).flatMap(({ spans }) => spans)).toHaveLength(34);
    expect(vigil.open).toBe(0);
  });

  test.each([
    'promise',
    'callback',
    'config',
    'named again',
    'query object',
    'cursor',
    'cursor closed early',
    'stream',
  ])('%s is one span and one duration', (step) => {
    expect(spansOf(step)).toHaveLength(1);
    expect(valuesOf(step, 'db.client.operation.duration')).toHaveLength(1);
  });

  test('attributes are those of the conventions', () => {
    expect(spansOf('promise')[0]).toMatchObject({
      name: 'SELECT orders',
      status: 0,
      attributes: {
        'db.system.name': 'postgresql',
        'db.namespace': 'postgres',
        'server.address': '127.0.0.1',
        'server.port': postgres.port,
        'db.operation.name': 'SELECT',
        'db.collection.name': 'orders',
        'db.query.summary': 'SELECT orders',
        'db.query.text': 'select * from orders where note = $1',
        'db.response.returned_rows': 0,
      },
    });
  });

  test.each([
    ['error', 'integrity_constraint_violation', '23505'],
    ['error to a callback', 'syntax_error_or_access_rule_violation', '42601'],
    ['query object that fails', 'syntax_error_or_access_rule_violation', '42703'],
    ['cursor that fails', 'syntax_error_or_access_rule_violation', '42703'],
    ['timeout', 'query_timeout', undefined],
    ['after the end', 'client_closed', undefined],
  ])('%s: error.type is %s', (step, type, code) => {
    const [span] = spansOf(step);
    expect([span?.status, span?.attributes['error.type'], span?.attributes['db.response.status_code']]).toEqual([
      2,
      type,
      code,
    ]);
    expect(valuesOf(step, 'db.client.operation.duration')[0]?.labels[3]).toBe(type);
  });

  test('a query that waited for a connection belongs to who asked it, not to who gave the connection back', () => {
    expect(spansOf('waited').map(({ parent }) => parent)).toEqual(['waited']);
    const [wait] = valuesOf('waited', 'db.client.connection.wait_time');
    expect(wait?.labels).toEqual([`127.0.0.1:${postgres.port}/postgres`]);
  });

  test('two pools have gauges of their own, and an ended pool has none', () => {
    const at = (database: string) => `127.0.0.1:${postgres.port}/${database}`;
    const seen = vigil.gauges.map(({ metric, labels, value }) => [
      metric.replace('db.client.connection.', ''),
      ...labels,
      value,
    ]);
    expect(seen).toEqual([
      ['count', at('postgres'), 'idle', 0],
      ['count', at('postgres'), 'used', 1],
      ['count', at('template1'), 'idle', 1],
      ['count', at('template1'), 'used', 0],
      ['max', at('postgres'), 1],
      ['max', at('template1'), 3],
      ['pending_requests', at('postgres'), 1],
      ['pending_requests', at('template1'), 0],
    ]);
    expect(vigil.gaugesAfter).toEqual([]);
  });

  test('a pool that keeps somebody waiting for 200 ms is one timeout', () => {
    expect(valuesOf('pool timeout', 'db.client.connection.timeouts').map(({ value }) => value)).toEqual([1]);
  });

  test.each([
    ['refused connection', ['ECONNREFUSED']],
    ['unknown database', ['invalid_catalog_name']],
    ['lost connection', ['operator_intervention', 'connection_terminated']],
  ])('%s counts as %j', (step, types) => {
    expect(valuesOf(step, 'vigil.db.client.connection.errors').map(({ labels }) => labels[1])).toEqual(types);
  });

  test('neither a canary nor a user or password is in anything that was recorded', () => {
    const recorded = JSON.stringify([
      Object.values(vigil.steps).map(({ spans, values }) => [spans, values]),
      vigil.gauges,
    ]);
    expect(recorded).not.toMatch(/canary|73917391|secret-password|vigil@/);
    expect(JSON.stringify(bare.steps)).toMatch(/canary-7391/);
  });
});
