import type { Subject } from '../row.ts';
import { PAGE_STYLE } from './page-style.ts';
import { type BedRun, byCatalogue, type RowResult, type Verdict, verdictOf } from './result.ts';

const SUBJECTS: readonly Subject[] = ['vigil', 'upstream', 'dd-trace'];
const VERDICTS: readonly Verdict[] = ['held', 'undecided', 'broken', 'bed failed', 'not run'];
/** Beside the verdict, without opening it. */
const HEADLINES = ['throughput ÷ healthy', 'requests to the sick side', 'recovery s', 'stop s', 'spans lost − counted'];

/** A run of the bed as one HTML file that needs nothing else. */
export function reportPage(run: BedRun): string {
  const subjects = SUBJECTS.filter((subject) => run.results.some((result) => result.subject === subject));
  const rows = new Map<string, RowResult[]>();
  for (const result of run.results.toSorted(byCatalogue)) {
    rows.set(result.id, [...(rows.get(result.id) ?? []), result]);
  }
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Fault bed, ${run.date}</title><style>${PAGE_STYLE}</style></head><body>
<h1>Fault bed</h1>
<p class="run">${htmlText(runLine(run))}</p>
<ul class="totals">${subjects.map((subject) => totals(subject, run.results)).join('')}</ul>
<table><thead><tr><th>row</th><th>fault and what is expected</th>${subjects.map((subject) => `<th>${subject}</th>`).join('')}</tr></thead>
<tbody>
${[...rows.values()].map((results) => tableRow(results, subjects)).join('\n')}
</tbody></table>
</body></html>
`;
}

/** When, where and how hard. */
export function runLine({ date, node, cores, loadAverage, seed, effort }: BedRun): string {
  const times = effort.judgesTimes
    ? `${effort.minimumPairs} to ${effort.maximumPairs} pairs of windows of ${effort.windowMillis} ms`
    : 'times not judged';
  return `${date}, Node ${node}, ${cores} cores, load average ${loadAverage.join(' to ')}, ${times}, seed ${seed}`;
}

function totals(subject: Subject, results: readonly RowResult[]): string {
  const own = results.filter((result) => result.subject === subject).map(verdictOf);
  const parts = VERDICTS.flatMap((verdict) => {
    const count = own.filter((one) => one === verdict).length;
    return count === 0 ? [] : [`<span class="${classOf(verdict)}">${count} ${verdict}</span>`];
  });
  return `<li><b>${subject}</b>${parts.join(', ')}</li>`;
}

function tableRow(results: readonly RowResult[], subjects: readonly Subject[]): string {
  const [{ id, fault, expected } = { id: '', fault: '', expected: '' }] = results;
  const cells = subjects.map((subject) => cell(results.find((result) => result.subject === subject)));
  return `<tr><th>${htmlText(id)}</th><td class="fault">${htmlText(fault)}<small>${htmlText(expected)}</small></td>${cells.join('')}</tr>`;
}

function cell(result: RowResult | undefined): string {
  if (result === undefined) return '<td></td>';
  const verdict = verdictOf(result);
  const chip = `<span class="${classOf(verdict)}">${verdict}</span>`;
  const reason = result.lack ?? result.problem;
  if (reason !== undefined) return `<td>${chip}<br><small>${htmlText(reason)}</small></td>`;
  const headlines = HEADLINES.flatMap((name) => {
    const value = result.figures[name];
    return value === undefined || value === '' ? [] : [`${name} ${value}`];
  });
  return `<td><details><summary>${chip} <small>${heldOf(result)}</small></summary>
<ol>${result.checks.map(claim).join('')}</ol>
<dl>${Object.entries(result.figures)
    .map(([name, value]) => `<div><dt>${htmlText(name)}</dt><dd>${htmlText(String(value))}</dd></div>`)
    .join('')}</dl></details>
<div class="numbers">${headlines.map((line) => htmlText(line)).join('<br>')}</div></td>`;
}

const heldOf = ({ checks }: RowResult): string =>
  `${checks.filter(({ verdict }) => verdict === 'held').length} of ${checks.length} claims`;

const claim = ({ invariant, claim: text, verdict, seen }: RowResult['checks'][number]): string =>
  `<li class="${classOf(verdict)}">${invariant} ${htmlText(text)}<small>${htmlText(seen)}</small></li>`;

const classOf = (verdict: Verdict): string => verdict.replace(' ', '-');

const htmlText = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character] ?? '&quot;');
