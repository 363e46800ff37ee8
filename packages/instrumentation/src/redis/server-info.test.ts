import { expect, test } from '@jest/globals';
import { REDIS_KEYSPACE_HITS, REDIS_MAXMEMORY, REDIS_MEMORY_USED } from '@vigil/conventions';
import { readServerInfo } from './server-info.ts';

test('numbers that are metrics are read, everything else is passed over', () => {
  const values = readServerInfo(
    '# Memory\r\nused_memory:1048576\r\nused_memory_human:1.00M\r\nmaxmemory:0\r\n# Stats\r\nkeyspace_hits:12\r\nredis_version:8\r\n',
  );
  expect([...values]).toEqual([
    [REDIS_MEMORY_USED, 1_048_576],
    [REDIS_MAXMEMORY, 0],
    [REDIS_KEYSPACE_HITS, 12],
  ]);
});

test('an answer that is no text, or no number, is no metric', () => {
  for (const reply of [undefined, null, 7, 'used_memory:much', 'used_memory'])
    expect(readServerInfo(reply).size).toBe(0);
  expect(readServerInfo(Buffer.from('used_memory:5')).get(REDIS_MEMORY_USED)).toBe(5);
});
