import { byCatalogue, type RowResult, verdictOf } from './result.ts';

/** One line a row and subject, then every claim that does not hold. */
export function terminalTable(results: readonly RowResult[]): string {
  const sorted = results.toSorted((a, b) => byCatalogue(a, b) || a.subject.localeCompare(b.subject));
  const lines = sorted.map((result) => [
    result.id,
    result.subject,
    verdictOf(result),
    result.lack ?? result.problem ?? countText(result),
    figure(result, 'throughput ÷ healthy'),
    figure(result, 'requests to the sick side'),
    figure(result, 'recovery s'),
    figure(result, 'stop s'),
    figure(result, 'spans lost − counted'),
    `${result.seconds} s`,
  ]);
  const head = [
    'row',
    'subject',
    'verdict',
    'claims',
    '÷ healthy',
    'requests',
    'recovery',
    'stop',
    'lost − counted',
    'took',
  ];
  return `${columns([head, ...lines])}${sorted.map(claimsOf).join('')}`;
}

/** A figure of a row, or nothing. */
export const figure = ({ figures }: RowResult, name: string): string => String(figures[name] ?? '');

function countText({ checks }: RowResult): string {
  return `${checks.filter(({ verdict }) => verdict === 'held').length} of ${checks.length} hold`;
}

function claimsOf({ id, subject, checks }: RowResult): string {
  return checks
    .filter(({ verdict }) => verdict !== 'held')
    .map(({ invariant, claim, verdict, seen }) => `\n${id}, ${subject}: ${verdict} ${invariant}: ${claim}\n    ${seen}`)
    .join('');
}

/** Aligned text; the first row is the head. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}
