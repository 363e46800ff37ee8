import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { markdownTable } from '../measure/text-table.ts';
import { chartOf } from './chart.ts';
import { noiseOf, type OverheadResult } from './result.ts';
import { SETS } from './sets.ts';
import { remarksOf, sectionsOf } from './table.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const PAGE = 'docs/benchmarks.md';
const BEGIN = '<!-- overhead: generated from bench/overhead/results by pnpm bench overhead --docs -->';
const END = '<!-- /overhead -->';

const NOTHING = 'No run on a quiet machine has been published yet.';

const resultPath = (set: string): string => `bench/overhead/results/${set}.json`;

/** The committed result of a set; nothing when there is none. @throws when the file is none. */
export function committedResult(set: string, root: string = ROOT): OverheadResult | undefined {
  const path = join(root, resultPath(set));
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as OverheadResult) : undefined;
}

function conditions({ day, machine, windows, routes }: OverheadResult): string {
  const rounds = Math.max(...routes.map((row) => row.rounds));
  const where = `${day}, ${machine.cpu}, ${machine.cores} cores, Node ${machine.node.slice(1)}`;
  const pinning = machine.notPinned === undefined ? '' : ` Processes were not tied to cores (${machine.notPinned}).`;
  return `${where}, ${rounds} rounds, ${windows.saturated} s at saturation each.${pinning}`;
}

function blockOf(result: OverheadResult, title: string): string {
  const noise = noiseOf(result);
  const remarks = remarksOf(result);
  const list = (items: readonly string[]) => items.map((item) => `- ${item}`).join('\n');
  const versions = Object.values(result.versions);
  return [
    `### ${title}`,
    conditions(result),
    ...(noise.length === 0 ? [] : [`**This run was noisy; read its ratios with care.**\n\n${list(noise)}`]),
    `![CPU for a request over bare, ${result.set}](benchmarks/overhead-${result.set}.svg)`,
    ...sectionsOf(result).map(({ heading, header, rows }) => `**${heading}**\n\n${markdownTable(header, rows)}`),
    ...(result.leftOut.length === 0 ? [] : [`Could not be installed: ${result.leftOut.join('; ')}.`]),
    ...(versions.length === 0 ? [] : [`Versions: ${versions.join(', ')}.`]),
    ...(remarks.length === 0
      ? []
      : [`<details><summary>Outliers and disturbed windows, all counted</summary>\n\n${list(remarks)}\n\n</details>`]),
    `Again: \`pnpm bench overhead --set ${result.set} --publish\``,
  ].join('\n\n');
}

/** What the page and the charts must be for the committed results: path → content. @throws when the page has no place for them. */
export function documentsOf(root: string = ROOT): ReadonlyMap<string, string> {
  const results = SETS.flatMap(({ name, title }) => {
    const result = committedResult(name, root);
    return result === undefined ? [] : [{ title, result }];
  });
  const page = readFileSync(join(root, PAGE), 'utf8');
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin === -1 || end < begin) throw new Error(`${PAGE}: expected the lines "${BEGIN}" and "${END}"`);
  const blocks = results.length === 0 ? [NOTHING] : results.map(({ result, title }) => blockOf(result, title));
  const content = `${page.slice(0, begin)}${BEGIN}\n\n${blocks.join('\n\n')}\n\n${page.slice(end)}`;
  return new Map([
    [PAGE, content],
    ...results.map(({ result }) => [`docs/benchmarks/overhead-${result.set}.svg`, chartOf(result)] as const),
  ]);
}

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** Writes page and charts of the committed results. @returns their paths. */
export function writeDocuments(root: string = ROOT): string[] {
  const documents = documentsOf(root);
  for (const [path, content] of documents) write(join(root, path), content);
  return [...documents.keys()];
}

/** Makes a result the committed one of its set, and writes page and charts again. @returns paths that changed. */
export function publish(result: OverheadResult, root: string = ROOT): string[] {
  write(join(root, resultPath(result.set)), `${JSON.stringify(rounded(result), null, 1)}\n`);
  return [resultPath(result.set), ...writeDocuments(root)];
}

/** Six significant digits are more than any of it means; infinity, which JSON does not have, is its largest number. */
function rounded(result: OverheadResult): OverheadResult {
  const round = (_: string, value: unknown) => {
    if (typeof value !== 'number') return value;
    return Number.isFinite(value) ? Number(value.toPrecision(6)) : Number.MAX_VALUE;
  };
  return JSON.parse(JSON.stringify(result, round)) as OverheadResult;
}
