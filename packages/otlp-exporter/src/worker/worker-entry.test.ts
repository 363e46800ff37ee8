import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const SOURCE = join(dirname(fileURLToPath(import.meta.url)), '..');
const IMPORTED = /^(?:import|export) (?!type\b)[^;]*?from '([^']+)'|^import '([^']+)'/gm;

/** Every file that is loaded with this one, and every package, by what the imports say. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  for (const [, from, alone] of readFileSync(file, 'utf8').matchAll(IMPORTED)) {
    const name = (from ?? alone) as string;
    const path = name.startsWith('.') ? join(dirname(file), name) : name;
    const shown = name.startsWith('.') ? relative(SOURCE, path) : name;
    if (seen.has(shown)) continue;
    seen.add(shown);
    if (name.startsWith('.')) loadedWith(path, seen);
  }
  return seen;
}

test('the worker loads at most 52 files: none of those that encode spans, and of the names the loss reasons only', () => {
  const loaded = [...loadedWith(join(SOURCE, 'worker/worker-entry.ts'))];
  expect(loaded.filter((name) => /encode\/(span|attributes|any-value|key-cache)/.test(name))).toEqual([]);
  expect(loaded.filter((name) => name.startsWith('@'))).toEqual(['@vigil/conventions/loss-reason']);
  expect(loaded).toContain('export-loop/lane.ts');
  expect(loaded.filter((name) => name.endsWith('.ts')).length).toBeLessThanOrEqual(52);
});
