import type { Subject } from '../row.ts';
import { runLine } from './page.ts';
import { type BedRun, byCatalogue, type RowResult, verdictOf } from './result.ts';

/** A fault of the catalogue that the bed does not make, and why. */
export interface NotMade {
  readonly id: string;
  readonly fault: string;
  readonly reason: string;
}

const SUBJECTS: readonly Subject[] = ['vigil', 'upstream', 'dd-trace'];

/** Puts the tables into the page, between the comments that name them. @throws when a comment is missing. */
export function fillDocs(page: string, runs: readonly BedRun[], notMade: readonly NotMade[]): string {
  const results = runs.flatMap((run) => run.results);
  const ofVigil = results
    .filter((result) => result.subject === 'vigil' && result.lack === undefined && !isPair(result))
    .toSorted(byCatalogue);
  const sections: Readonly<Record<string, string>> = {
    summary: summaryTable(results),
    runs: runs.map((run) => `- ${subjectsOf(run)}, ${run.results.length} rows: ${runLine(run)}`).join('\n'),
    backend: backendTable(ofVigil.filter(hasLoad)),
    process: otherTable(ofVigil.filter((result) => !hasLoad(result) && !needsStack(result))),
    stack: otherTable(ofVigil.filter((result) => !hasLoad(result) && needsStack(result))),
    pairs: pairsText(results.filter((result) => result.subject === 'vigil' && isPair(result))),
    comparison: comparisonTable(results),
    'not-made': notMadeTable(results, notMade),
  };
  return Object.entries(sections).reduce((text, [name, content]) => fill(text, name, content), page);
}

function fill(page: string, name: string, content: string): string {
  const [start, end] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`];
  const [from, to] = [page.indexOf(start), page.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`docs: expected ${start} … ${end} in the page`);
  return `${page.slice(0, from + start.length)}\n\n${content}\n\n${page.slice(to)}`;
}

const subjectsOf = ({ results }: BedRun): string => [...new Set(results.map(({ subject }) => subject))].join(', ');

/** Markdown; a bar in a cell would be a column. */
function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Pairs are many: they have a line of their own. */
const isPair = ({ id }: RowResult): boolean => id.startsWith('F52');

function summaryTable(results: readonly RowResult[]): string {
  const rows = SUBJECTS.flatMap((subject) =>
    [false, true].flatMap((pairs) => {
      const own = results.filter((result) => result.subject === subject && isPair(result) === pairs);
      if (own.length === 0) return [];
      const count = (verdict: string) => own.filter((result) => verdictOf(result) === verdict).length;
      const name = pairs ? `${subject}, pairs of faults` : subject;
      return [
        [name, own.length - count('not run'), count('held'), count('undecided'), count('broken') + count('bed failed')],
      ];
    }),
  );
  return table(['', 'rows run', 'every claim held', 'undecided', 'a claim broken'], rows);
}

/** Rows of a sick backend compare throughput. */
const hasLoad = ({ figures }: RowResult): boolean => figures['throughput ÷ healthy'] !== undefined;
const needsStack = ({ needs }: RowResult): boolean => needs.includes('stack');

function backendTable(results: readonly RowResult[]): string {
  const figures = [
    'CPU a request ÷ healthy',
    'requests to the sick side',
    'recovery s',
    'stop s',
    'spans lost − counted',
  ];
  const head = ['', 'fault', 'expected', 'verdict', 'throughput ÷ healthy (95 %)', 'CPU a request ÷ healthy (95 %)'];
  return table(
    [...head, 'requests', 'recovery s', 'stop s', 'lost − counted'],
    results.map((result) => [
      ...[result.id, result.fault, result.expected, verdictText(result), rangeOf(result)],
      ...figures.map((name) => result.figures[name] ?? ''),
    ]),
  );
}

function otherTable(results: readonly RowResult[]): string {
  const figuresOf = ({ figures }: RowResult) => Object.entries(figures).map(([name, value]) => `${name}: ${value}`);
  return table(
    ['', 'fault', 'expected', 'verdict', 'figures'],
    results.map((result) => [
      ...[result.id, result.fault, result.expected, verdictText(result), figuresOf(result).join('; ')],
    ]),
  );
}

/** Those that hold are named, the others told. */
function pairsText(results: readonly RowResult[]): string {
  const isHeld = (result: RowResult) => verdictOf(result) === 'held';
  const held = results.filter(isHeld).map(({ fault }) => fault);
  const others = results.filter((result) => !isHeld(result));
  const list = `<details><summary>${held.length} of ${results.length} pairs: every claim held</summary>\n\n${held
    .map((fault) => `- ${fault}`)
    .join('\n')}\n\n</details>`;
  if (others.length === 0) return list;
  return `${list}\n\n${table(
    ['pair', 'verdict'],
    others.map((result) => [result.fault, verdictText(result)]),
  )}`;
}

/** What is broken is said, not only counted; what could not be told is named by its invariant: the run's JSON has its figures. */
function verdictText(result: RowResult): string {
  const verdict = verdictOf(result);
  const of = (wanted: string) => result.checks.filter((check) => check.verdict === wanted);
  const [broken, undecided] = [of('broken'), of('undecided')];
  if (verdict === 'bed failed') return `bed failed: ${result.problem ?? 'no claim'}`;
  if (verdict === 'held') return `held (${result.checks.length} claims)`;
  const invariants = [...new Set(undecided.map(({ invariant }) => invariant))].join(' ');
  return [
    ...broken.map(({ invariant, claim, seen }) => `**broken**: ${invariant} ${claim} (${seen})`),
    ...(undecided.length === 0
      ? []
      : [`undecided: ${undecided.length} of ${result.checks.length} claims (${invariants})`]),
  ].join('; ');
}

function rangeOf({ figures }: RowResult): string {
  const ratio = figures['throughput ÷ healthy'];
  return ratio === undefined ? '' : `${ratio} (${figures['95 % from']}–${figures['95 % to']})`;
}

/** Rows that more than one subject was put through. */
function comparisonTable(results: readonly RowResult[]): string {
  const ran = results.filter((result) => result.lack === undefined && result.problem === undefined && !isPair(result));
  const ids = [...new Set(ran.toSorted(byCatalogue).map(({ id }) => id))];
  const shared = ids.filter((id) => ran.filter((result) => result.id === id).length > 1);
  const head = ['', 'fault', ...SUBJECTS];
  const rows = shared.map((id) => {
    const of = (subject: Subject) => ran.find((result) => result.id === id && result.subject === subject);
    const fault = ran.find((result) => result.id === id)?.fault ?? '';
    return [id, fault, ...SUBJECTS.map((subject) => comparisonCell(of(subject)))];
  });
  return table(head, rows);
}

/** A ratio that is known to a tenth at best is no figure to compare. */
function isNarrow({ figures }: RowResult): boolean {
  return Number(figures['95 % to']) / Number(figures['95 % from']) <= 1.1;
}

function comparisonCell(result: RowResult | undefined): string {
  if (result === undefined) return '';
  const broken = [
    ...new Set(result.checks.filter((check) => check.verdict === 'broken').map((check) => check.invariant)),
  ];
  const { figures } = result;
  const parts = [
    `breaks ${broken.toSorted().join(' ') || 'nothing'}`,
    isNarrow(result) ? `× ${figures['throughput ÷ healthy']}` : '',
    figures['requests to the sick side'] === undefined ? '' : `${figures['requests to the sick side']} requests`,
    figures['stop s'] === undefined
      ? ''
      : `stop ${figures['stop s']} s${figures['ended by'] === 'had to be killed' ? ' (killed)' : ''}`,
    figures['spans lost − counted'] === undefined ? '' : `${figures['spans lost − counted']} uncounted`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function notMadeTable(results: readonly RowResult[], notMade: readonly NotMade[]): string {
  const lacking = results
    .filter(({ subject, lack }) => subject === 'vigil' && lack !== undefined)
    .map(({ id, fault, lack }) => ({ id, fault, reason: `on the machine of the published run: ${lack}` }));
  const rows = [...notMade, ...lacking].toSorted(byCatalogue).map(({ id, fault, reason }) => [id, fault, reason]);
  return table(['', 'fault', 'why it is not here'], rows);
}
