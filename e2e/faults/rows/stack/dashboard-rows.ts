import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { dashboardQueries } from '@vigil/monitoring';
import { ROOT } from '../../../stack/vigil.ts';
import type { FaultRow, RowContext, RowOutcome } from '../../row.ts';
import { type Answer, eachAlone, percentile, RANGE_SECONDS, refresh, throughGrafana } from './bed/dashboard-queries.ts';
import { writeHistory } from './bed/history.ts';
import { judge } from './bed/judgement.ts';
import { StackBed } from './bed/stack-bed.ts';

const run = promisify(execFile);
const DASHBOARDS = join(ROOT, 'grafana/dashboards');
const AT_ONCE = 60;
/** Four times the data source's `timeInterval`: what Grafana makes of $__rate_interval. */
const RATE_WINDOW = '4m';
const QUERY_MILLIS_MAXIMUM = 1_000;
const ALONE_TIMES = 3;
const SERVICES = ['shop', 'payments'];

const dashboards = (): string[][] =>
  readdirSync(DASHBOARDS).flatMap((file) =>
    SERVICES.map((service) =>
      dashboardQueries(readFileSync(join(DASHBOARDS, file), 'utf8'), service, RATE_WINDOW)
        .filter(({ language }) => language === 'promql')
        .map(({ expr }) => expr),
    ),
  );

/** An hour of everything that applications and stack tell, and what the recording rules make of it. */
async function past(bed: StackBed, context: RowContext): Promise<number> {
  const promtool = join(bed.program('prometheus').spec.command, '../promtool');
  const text = join(context.folder, 'history.txt');
  const options = { services: SERVICES, instances: 2, routes: 10, seconds: 3_600, stepSeconds: 15 };
  const series = writeHistory(text, options);
  const data = bed.data('prometheus');
  const { signal } = context;
  await run(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', text, data], { signal });
  await bed.start('prometheus');
  const now = Math.floor(Date.now() / 1_000);
  const rules = join(bed.etc, 'prometheus/rules/http-recording.yaml');
  const times = [`--start=${now - RANGE_SECONDS}`, `--end=${now - 60}`, '--eval-interval=30s'];
  const arguments_ = ['tsdb', 'create-blocks-from', 'rules', ...times, `--url=${bed.urls.prometheus}`];
  await run(promtool, [...arguments_, `--output-dir=${data}`, rules], { signal });
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
    const alone = await eachAlone(bed.urls.prometheus, [...new Set(all.flat())], ALONE_TIMES);
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

/** Faults around dashboards. Grafana itself cannot be had here: what its panels ask is asked. */
export const DASHBOARD_ROWS: readonly FaultRow[] = [
  {
    needs: ['stack'],
    subjects: ['vigil'],
    inSelection: false,
    id: 'F49 dashboards at once',
    fault: `${AT_ONCE} dashboards refresh in the same moment; then Prometheus is killed and comes back`,
    load: 'every PromQL query of every dashboard, for two services of two instances with ten routes, 30 minutes in steps of 30 s',
    expected: 'No query takes a second alone, all are answered in the crowd, rules are evaluated in time',
    typicalSeconds: 90,
    run: storm,
  },
];
