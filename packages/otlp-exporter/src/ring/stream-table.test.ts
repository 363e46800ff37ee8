import { expect, test } from '@jest/globals';
import { encodeResource, encodeScope } from '../encode/resource.ts';
import type { ResourceRecord, ScopeRecord } from '../encode/span-record.ts';
import { allocatePipelineMemory } from './pipeline-memory.ts';
import { NO_STREAM, StreamTableWriter } from './stream-table.ts';
import { StreamTableReader } from './stream-table-reader.ts';

const resource = (name: string): ResourceRecord => ({ schemaUrl: '', attributes: ['service.name', name] });
const scope = (name: string): ScopeRecord => ({ name, version: '1', schemaUrl: '', attributes: [] });

test('a stream is found by its number with the heads it was made of, also by a reader that starts later', () => {
  const memory = allocatePipelineMemory(128, 4096);
  const writer = new StreamTableWriter(memory);
  const reader = new StreamTableReader(memory);
  const shop = resource('shop');
  const http = writer.stream(shop, scope('http'));
  expect(reader.stream(http).scope).toEqual(encodeScope(scope('http')));
  const pg = writer.stream(resource('worker'), scope('pg'));
  for (const { stream } of [reader, new StreamTableReader(memory)].map((table) => ({ stream: table.stream(pg) }))) {
    expect(stream.scope).toEqual(encodeScope(scope('pg')));
    expect(stream.resource).toEqual(encodeResource(resource('worker')));
    expect(stream.resourceEntry).not.toBe(reader.stream(http).resourceEntry);
  }
});

test('equal contents have one number, whoever made the objects; another resource has another', () => {
  const writer = new StreamTableWriter(allocatePipelineMemory(128, 4096));
  const shop = resource('shop');
  const http = writer.stream(shop, scope('http'));
  expect(writer.stream(shop, scope('http'))).toBe(http);
  expect(writer.stream(resource('shop'), scope('http'))).toBe(http);
  expect(writer.stream(resource('other'), scope('http'))).not.toBe(http);
});

test('a table that is full gives further scopes one stream without a name, and further resources none', () => {
  const memory = allocatePipelineMemory(128, 200);
  const writer = new StreamTableWriter(memory);
  const shop = resource('shop');
  const numbers = Array.from({ length: 100 }, (_, index) => writer.stream(shop, scope(`made-up-${index}`)));
  const overflow = numbers[99] ?? NO_STREAM;
  expect(new Set(numbers).size).toBeGreaterThan(3);
  expect(numbers.filter((number) => number === overflow).length).toBeGreaterThan(90);
  expect(new StreamTableReader(memory).stream(overflow)).toMatchObject({
    resource: encodeResource(shop),
    scope: encodeScope({ name: '', version: '', schemaUrl: '', attributes: [] }),
  });
  expect(writer.stream(resource('late'), scope('http'))).toBe(NO_STREAM);
});

test('a number no record can carry is an error', () => {
  expect(() => new StreamTableReader(allocatePipelineMemory(128, 200)).stream(0)).toThrow('no stream 0');
});
