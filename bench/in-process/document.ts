import { ROUTES, type Route } from './closed-loop.ts';
import type { InProcessResult } from './comparison.ts';
import type { OverBare } from './over-bare.ts';

const OPENS = '<!-- in-process: generated from bench/in-process/result.json by pnpm bench in-process --save -->';
const CLOSES = '<!-- /in-process -->';

const NAMES = Object.keys(ROUTES) as Route[];

/** The page with the result's table between its two marks. @throws when the marks are not there. */
export function withTable(page: string, result: InProcessResult, base: string): string {
  const [from, to] = [page.indexOf(OPENS), page.indexOf(CLOSES)];
  if (from === -1 || to < from) throw new Error(`expected ${OPENS} … ${CLOSES} in the page`);
  return `${page.slice(0, from + OPENS.length)}\n\n${tableOf(result, base)}\n${page.slice(to)}`;
}

function tableOf({ rows, measuredAt, node, processor, lives, rounds }: InProcessResult, base: string): string {
  const variants = [...new Set(rows.map(({ variant }) => variant))];
  const cell = (row: OverBare | undefined, isBase: boolean) => {
    if (row === undefined) return '';
    if (isBase) return `${row.micros.toFixed(1)} in all`;
    return `${row.over.toFixed(1)} (${row.low.toFixed(1)} to ${row.high.toFixed(1)}), ${row.spans.toFixed(2)} spans`;
  };
  const line = (variant: string) => {
    const found = NAMES.map((route) => rows.find((row) => row.variant === variant && row.route === route));
    return `| ${[variant, ...found.map((row) => cell(row, variant === base))].join(' | ')} |`;
  };
  return [
    `Measured on ${measuredAt.slice(0, 10)} with Node ${node.slice(1)} on ${processor.trim()}, ${lives} lives of ${rounds} rounds:`,
    '',
    `| µs over ${base}, 95 % interval, spans sent | ${NAMES.map((route) => `/${route}`).join(' | ')} |`,
    `| --- |${' --- |'.repeat(NAMES.length)}`,
    ...variants.map(line),
    '',
  ].join('\n');
}
