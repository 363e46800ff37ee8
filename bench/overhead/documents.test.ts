import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { committedResult, documentsOf, publish } from './documents.ts';
import { resultOf, sampleOf } from './samples-for-tests.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = 'docs/benchmarks.md';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vigil-documents-'));
  mkdirSync(join(folder, 'docs'));
  writeFileSync(join(folder, PAGE), readFileSync(join(ROOT, PAGE)));
});
afterEach(() => rmSync(folder, { recursive: true }));

const result = resultOf(
  [0, 1, 2].flatMap((round) => [
    sampleOf('bare', round),
    sampleOf('bare-again', round, { cpuMicros: 100 + round }),
    sampleOf('vigil', round, { cpuMicros: 112 + round, sentBytes: 40 }),
  ]),
);

test('page and charts of the committed results are what they render: pnpm bench overhead --docs', () => {
  for (const [path, content] of documentsOf(ROOT))
    expect([path, readFileSync(join(ROOT, path), 'utf8')]).toEqual([path, content]);
});

test('a set that was never published has no result', () => {
  expect(committedResult('headline', folder)).toBeUndefined();
});

test('publishing writes 3 files, and writing them again changes nothing', () => {
  const written = publish(result, folder);
  expect(written).toEqual(expect.arrayContaining(['bench/overhead/results/headline.json', PAGE]));
  expect(written).toContain('docs/benchmarks/overhead-headline.svg');
  for (const [path, content] of documentsOf(folder)) expect(readFileSync(join(folder, path), 'utf8')).toBe(content);
});

test('the page shows × 1.13 for 112, 113 and 114 µs beside 100, and how to run it again', () => {
  publish(result, folder);
  const page = readFileSync(join(folder, PAGE), 'utf8');
  expect(page).toMatch(/\| Vigil \| 1\.13 \(1\.11–1\.16\) \|/);
  expect(page).toContain('pnpm bench overhead --set headline --publish');
});

test('the chart has a bar for Vigil and one for bare once more, none for bare itself', () => {
  const chart = documentsOfPublished().get('docs/benchmarks/overhead-headline.svg') ?? '';
  expect(chart.match(/<rect /g)).toHaveLength(3);
  expect(chart).toContain('>× 1.13<');
  expect(chart.match(/<(svg|text|title)\b/g)).toHaveLength(chart.match(/<\/(svg|text|title)>/g)?.length ?? 0);
});

function documentsOfPublished(): ReadonlyMap<string, string> {
  publish(result, folder);
  return documentsOf(folder);
}
