import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseVigilConfig } from '@vigil/config/file';
import { dashboardQueries, render } from '@vigil/monitoring';
import { parse } from 'yaml';
import { ROOT } from '../../../stack/vigil.ts';
import type { FaultRow, RowContext, RowOutcome } from '../../row.ts';
import { writeHistory } from './bed/history.ts';
import { judge } from './bed/judgement.ts';
import { StackBed } from './bed/stack-bed.ts';

const DASHBOARDS = join(ROOT, 'grafana/dashboards');
const AT_ONCE = 60;
/** A browser opens so many connections to one address. */
const CONNECTIONS = 6;
/** What Grafana is allowed to ask of a store at a time, in docker-compose.stack.yml. */
const GRAFANA_CONNECTIONS = 'GF_DATAPROXY_MAX_CONNS_PER_HOST';
const RANGE_SECONDS = 1_800;
const STEP_SECONDS = 30;
/** Four times the data source's `timeInterval`: what Grafana makes of $__rate_interval. */
const RATE_WINDOW = '4m';
const QUERY_MILLIS_MAXIMUM = 1_000;
const ALONE_TIMES = 3;
const SERVICES = ['shop', 'payments'];

interface Answer {
  readonly millis: number;
  readonly status: number;
  readonly series: number;
}

async function ask(prometheus: string, query: string): Promise<Answer> {
  const start = performance.now();
  const end = Math.floor(Date.now() / 1_000);
  const range = { start: String(end - RANGE_SECONDS), end: String(end), step: String(STEP_SECONDS) };
  try {
    const response = await fetch(`${prometheus}/api/v1/query_range`, {
      method: 'POST',
      body: new URLSearchParams({ query, ...range }),
      signal: AbortSignal.timeout(30_000),
    });
    const { data } = (await response.json()) as { data?: { result: unknown[] } };
    return { millis: performance.now() - start, status: response.status, series: data?.result.length ?? 0 };
  } catch {
    return { millis: performance.now() - start, status: 0, series: 0 };
  }
}

type Ask = (query: string) => Promise<Answer>;

/** Asks as Grafana does: what is more than its connections waits its turn, and the wait is part of the time. */
function throughGrafana(prometheus: string): Ask {
  const compose = readFileSync(join(ROOT, 'docker-compose.stack.yml'), 'utf8');
  let free = Number(new RegExp(`${GRAFANA_CONNECTIONS}: (\\d+)`).exec(compose)?.[1]);
  const waiting: (() => void)[] = [];
  return async (query) => {
    const start = performance.now();
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      const answer = await ask(prometheus, query);
      return { ...answer, millis: performance.now() - start };
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}

/** Refreshes a dashboard as a browser does: all its queries, six at a time. */
async function refresh(askOne: Ask, queries: readonly string[]): Promise<Answer[]> {
  const left = [...queries];
  const answers: Answer[] = [];
  const connection = async (): Promise<void> => {
    for (let query = left.shift(); query !== undefined; query = left.shift()) answers.push(await askOne(query));
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  return answers;
}

const dashboards = (): string[][] =>
  readdirSync(DASHBOARDS).flatMap((file) =>
    SERVICES.map((service) =>
      dashboardQueries(readFileSync(join(DASHBOARDS, file), 'utf8'), service, RATE_WINDOW)
        .filter(({ language }) => language === 'promql')
        .map(({ expr }) => expr),
    ),
  );

/** Each query by itself, the best of a few times: what it takes, not what the machine does beside. */
async function eachAlone(prometheus: string, queries: readonly string[]): Promise<Answer[]> {
  const best: Answer[] = [];
  for (const query of queries) {
    const answers: Answer[] = [];
    for (let time = 0; time < ALONE_TIMES; time += 1) answers.push(await ask(prometheus, query));
    const quickest = answers.sort((a, b) => a.millis - b.millis)[0];
    if (quickest !== undefined) best.push(quickest);
  }
  return best;
}

const percentile = (answers: readonly Answer[], share: number): number =>
  Math.round(answers.map(({ millis }) => millis).sort((a, b) => a - b)[Math.ceil(answers.length * share) - 1] ?? 0);

/** An hour of everything that applications and stack tell, and what the recording rules make of it. */
async function past(bed: StackBed, context: RowContext): Promise<number> {
  const promtool = join(bed.program('prometheus').spec.command, '../promtool');
  const text = join(context.folder, 'history.txt');
  const options = { services: SERVICES, instances: 2, routes: 10, seconds: 3_600, stepSeconds: 15 };
  const series = writeHistory(text, options);
  const data = bed.data('prometheus');
  execFileSync(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', text, data], { stdio: 'pipe' });
  await bed.start('prometheus');
  const now = Math.floor(Date.now() / 1_000);
  const rules = join(bed.etc, 'prometheus/rules/http-recording.yaml');
  const times = [`--start=${now - RANGE_SECONDS}`, `--end=${now - 60}`, '--eval-interval=30s'];
  const arguments_ = ['tsdb', 'create-blocks-from', 'rules', ...times, `--url=${bed.urls.prometheus}`];
  execFileSync(promtool, [...arguments_, `--output-dir=${data}`, rules], { stdio: 'pipe' });
  await bed.program('prometheus').end('SIGTERM');
  await bed.start('prometheus');
  return series;
}

async function storm(context: RowContext): Promise<RowOutcome> {
  const bed = await StackBed.open(context);
  try {
    const series = await past(bed, context);
    const all = dashboards();
    const grafana = throughGrafana(bed.urls.prometheus);
    context.progress(`${series} series; ${all.flat().length} queries of ${all.length} dashboards`);
    const alone = await eachAlone(bed.urls.prometheus, [...new Set(all.flat())]);
    const missed = () => bed.metric('prometheus', 'prometheus_rule_group_iterations_missed_total');
    const before = await missed();
    const start = performance.now();
    context.progress(`${AT_ONCE} dashboards at once`);
    const crowd = Array.from({ length: AT_ONCE }, (_, index) => refresh(grafana, all[index % all.length] ?? []));
    const together = (await Promise.all(crowd)).flat();
    const seconds = (performance.now() - start) / 1_000;
    const after = await missed();
    await bed.program('prometheus').end('SIGKILL');
    const down = await refresh(grafana, all[0] ?? []);
    await bed.start('prometheus');
    const back = await refresh(grafana, all[0] ?? []);
    const bad = (answers: readonly Answer[]) => answers.filter(({ status }) => status !== 200).length;
    const max = percentile(alone, 1);
    const figures = {
      series,
      'queries at once': together.length,
      'alone: p50, p99, max ms': `${percentile(alone, 0.5)}, ${percentile(alone, 0.99)}, ${max}`,
      'at once: p50, p99, max ms': `${percentile(together, 0.5)}, ${percentile(together, 0.99)}, ${percentile(together, 1)}`,
      'at once: s until all have answers': Math.round(seconds * 10) / 10,
      'queries without a series': alone.filter(({ series: found }) => found === 0).length,
    };
    return {
      checks: [
        judge(
          'I10',
          `alone, the best of ${ALONE_TIMES} times, no query takes ${QUERY_MILLIS_MAXIMUM} ms`,
          max < QUERY_MILLIS_MAXIMUM && bad(alone) === 0,
          `max ${max} ms of ${alone.length} queries`,
        ),
        judge(
          'I10',
          `${AT_ONCE} dashboards at once: every query is answered`,
          bad(together) === 0,
          `${bad(together)} of ${together.length} were not`,
        ),
        judge(
          'I10',
          'rules are evaluated in time meanwhile: no evaluation is left out',
          after === before,
          `${after - before} left out`,
        ),
        judge(
          'I6',
          'while Prometheus is down queries fail at once, and its return is enough',
          bad(down) === down.length && bad(back) === 0 && percentile(down, 1) < QUERY_MILLIS_MAXIMUM,
          `down: max ${percentile(down, 1)} ms; back: ${bad(back)} of ${back.length} failed`,
        ),
      ],
      figures,
    };
  } finally {
    await bed.dispose();
  }
}

interface DashboardFile {
  readonly uid: string;
  readonly editable: boolean;
}

async function provisioning(): Promise<RowOutcome> {
  const text = readFileSync(join(ROOT, 'vigil.yaml'), 'utf8');
  const [first, second] = [render(parseVigilConfig(text, 'vigil.yaml')), render(parseVigilConfig(text, 'vigil.yaml'))];
  const changed = [...first].filter(
    ([path, content]) => second.get(path) !== content || readFileSync(join(ROOT, path), 'utf8') !== content,
  );
  const files = readdirSync(DASHBOARDS).map(
    (file) => JSON.parse(readFileSync(join(DASHBOARDS, file), 'utf8')) as DashboardFile,
  );
  const yaml = (path: string): unknown => parse(readFileSync(join(ROOT, 'grafana/provisioning', path), 'utf8'));
  const { providers } = yaml('dashboards/dashboards.yaml') as {
    providers: { allowUiUpdates: boolean; disableDeletion: boolean }[];
  };
  const { datasources } = yaml('datasources/datasources.yaml') as { datasources: { uid: string; editable: boolean }[] };
  const uids = files.map(({ uid }) => uid);
  return {
    checks: [
      judge(
        'I10',
        'rendered twice, the files are the same bytes, and those in the checkout',
        changed.length === 0,
        changed.map(([path]) => path).join(', ') || `${first.size} files`,
      ),
      judge(
        'I10',
        'dashboards have fixed names of their own and cannot be edited',
        new Set(uids).size === uids.length && files.every(({ editable }) => editable === false),
        uids.join(', '),
      ),
      judge(
        'I10',
        'nobody can change or delete them in Grafana',
        providers.every(({ allowUiUpdates, disableDeletion }) => !allowUiUpdates && disableDeletion),
        `${providers.length} provider`,
      ),
      judge(
        'I10',
        'data sources have fixed names and cannot be edited',
        datasources.every(({ uid, editable }) => uid !== '' && editable === false),
        datasources.map(({ uid }) => uid).join(', '),
      ),
    ],
    figures: { dashboards: files.length, 'data sources': datasources.length },
  };
}

const shared = { needs: ['stack'], subjects: ['vigil'], inSelection: false } as const;

/** Faults around dashboards. Grafana itself cannot be had here: its files are checked, its queries are sent. */
export const DASHBOARD_ROWS: readonly FaultRow[] = [
  {
    ...shared,
    id: 'F49 dashboards at once',
    fault: `${AT_ONCE} dashboards refresh in the same moment; then Prometheus is killed and comes back`,
    load: 'every PromQL query of every dashboard, for two services of two instances with ten routes, 30 minutes in steps of 30 s',
    expected: 'No query takes a second alone, all are answered in the crowd, rules are evaluated in time',
    typicalSeconds: 90,
    run: storm,
  },
  {
    ...shared,
    id: 'F49 provisioning',
    inSelection: true,
    fault: 'Grafana starts again over files that were there before (its files only: Grafana is not executed)',
    load: 'none',
    expected: 'The same bytes each time, read-only, under fixed names',
    typicalSeconds: 1,
    run: provisioning,
  },
];
