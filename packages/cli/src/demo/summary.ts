import type { SignalFinding } from '../signals/signal-search.ts';
import { type Terminal, table } from '../terminal.ts';
import type { Links } from './links.ts';
import type { Page } from './page.ts';

/** Everything the demo found out, for the summary and for the exit code. */
export interface DemoResult {
  readonly traffic: string;
  readonly findings: readonly SignalFinding[];
  /** The waterfall of a trace through both services; undefined when there is none. */
  readonly crossing: string | undefined;
  readonly page: Page | undefined;
  /** Seconds from the fault to the page. */
  readonly pageSeconds: number | undefined;
  /** What could not be shown, a sentence each. */
  readonly missing: readonly string[];
}

const FOUND_MAXIMUM = 20;
/** The link to the query holds a whole PromQL expression: it is on the pager's page, a terminal cannot show it. */
const LINK_COLUMNS_MAXIMUM = 160;

function signalTable(findings: readonly SignalFinding[], { colours }: Terminal): string[] {
  const rows = findings.map(({ source, store, query, count }) => {
    const found =
      count === 0
        ? colours.red('missing')
        : colours.green(count >= FOUND_MAXIMUM ? `${FOUND_MAXIMUM}+` : String(count));
    return [source, store, found, colours.dim(query)];
  });
  return table([['SIGNAL', 'STORE', 'FOUND', 'QUERY'].map((title) => colours.bold(title)), ...rows]);
}

/** Lists what is missing, so that `--check` can fail with reasons. Never throws. */
export function problemsOfResult({ findings, crossing, page, missing }: DemoResult): string[] {
  return [
    ...missing,
    ...findings
      .filter(({ count }) => count === 0)
      .map(
        ({ source, store, query, problem }) =>
          `${source}: nothing in ${store} for ${query}${problem === undefined ? '' : ` (${problem})`}`,
      ),
    ...(crossing === undefined ? ['no trace crosses shop and payments'] : []),
    ...(page === undefined ? ['no critical page of payments reached the pager'] : []),
  ];
}

/** The summary as lines for standard output. Never throws. */
export function summaryLines(result: DemoResult, links: Links, terminal: Terminal): string[] {
  const { colours } = terminal;
  const heading = (text: string) => ['', colours.bold(text)];
  const { page, pageSeconds } = result;
  const paged =
    page === undefined
      ? [colours.red('no page arrived')]
      : [
          `${colours.red(page.alertname)} (${page.severity}, ${page.service}) ${pageSeconds?.toFixed(0)} s after the fault`,
          `  ${page.summary}`,
          ...table(
            Object.entries(page.links)
              .filter(([, url]) => url.length <= LINK_COLUMNS_MAXIMUM)
              .map(([title, url]) => [`  ${title}`, url]),
          ),
        ];
  const problems = problemsOfResult(result);
  return [
    ...heading('Signals'),
    ...signalTable(result.findings, terminal),
    ...heading('One order, two services'),
    result.crossing ?? colours.red('no trace crosses shop and payments'),
    ...heading('The page'),
    ...paged,
    ...heading('Traffic'),
    result.traffic,
    ...heading('Look further'),
    ...table(Object.entries(links).map(([name, url]) => [name, url])),
    '',
    problems.length === 0
      ? colours.green('Everything was found.')
      : [colours.red(`${problems.length} missing:`), ...problems.map((problem) => `  - ${problem}`)].join('\n'),
  ];
}
