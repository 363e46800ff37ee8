import { readdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { DECLARED_SERIES, METRICS, NATIVE_METRICS, PROMOTED_RESOURCE_ATTRIBUTES, promLabel } from '@vigil/conventions';
import { type DashboardQuery, dashboardQueries } from './dashboards/dashboard-queries.ts';
import { render } from './render.ts';
import { checkoutConfig, ROOT, textOf } from './test/checkout.ts';
import { promqlNames } from './test/promql-names.ts';
import { committedRules } from './test/rule-files.ts';

const rules = committedRules();
const recorded = rules.flatMap((rule) => ('record' in rule ? [rule.record] : []));
const known = new Set([...DECLARED_SERIES, ...recorded]);
const knownLabels = new Set([
  // What Prometheus gives every series, what histograms have, and what the rules themselves put on.
  ...['job', 'instance', 'le', 'slo', 'alertname', 'alertstate', 'service'],
  ...PROMOTED_RESOURCE_ATTRIBUTES.map(promLabel),
  ...METRICS.flatMap(({ attributes }) => attributes.map(promLabel)),
  ...NATIVE_METRICS.flatMap(({ labels }) => labels),
]);

const queries: DashboardQuery[] = [...render(checkoutConfig())]
  .filter(([path]) => path.startsWith('grafana/dashboards/'))
  .flatMap(([, text]) => dashboardQueries(text));
const panels = queries.filter(({ language }) => language === 'promql');

const runbookQueries = readdirSync(`${ROOT}docs/runbooks`).flatMap((page) =>
  [...textOf(`docs/runbooks/${page}`).matchAll(/```promql\n([\s\S]*?)```/g)].map(([, expr = '']) => ({
    of: page,
    expr,
  })),
);

const expressions = [
  ...rules.map((rule) => ({ of: 'record' in rule ? rule.record : rule.alert, expr: rule.expr })),
  ...panels.map(({ dashboard, panel, expr }) => ({ of: `${dashboard} / ${panel}`, expr })),
  ...runbookQueries,
];

test('there is something to check: rules, panels and runbooks', () => {
  expect(rules.length).toBeGreaterThan(30);
  expect(panels.length).toBeGreaterThan(40);
  expect(runbookQueries.length).toBeGreaterThan(20);
});

test('every expression of every rule, panel and runbook is PromQL', () => {
  expect(expressions.flatMap(({ of, expr }) => promqlNames(expr).errors.map((error) => `${of}: ${error}`))).toEqual([]);
});

test('no rule, panel or runbook selects a series that nobody declared or records', () => {
  const unknown = expressions.flatMap(({ of, expr }) =>
    promqlNames(expr)
      .series.filter((name) => !known.has(name))
      .map((name) => `${of}: ${name}`),
  );
  expect(unknown).toEqual([]);
});

test('no rule, panel or runbook uses a label that no metric has', () => {
  const unknown = expressions.flatMap(({ of, expr }) =>
    promqlNames(expr)
      .labels.filter((name) => !knownLabels.has(name))
      .map((name) => `${of}: ${name}`),
  );
  expect(unknown).toEqual([]);
});

test('every recorded series is used by a rule or a panel', () => {
  const used = new Set(expressions.flatMap(({ expr }) => promqlNames(expr).series));
  expect([...new Set(recorded)].filter((name) => !used.has(name))).toEqual([]);
});

test('a name that a public rule pack gets wrong would be found', () => {
  const { series, errors } = promqlNames('rate(otelcol_exporter_send_failed_spans{job="collector"}[5m]) > 0');
  expect(errors).toEqual([]);
  expect(series.filter((name) => !known.has(name))).toEqual(['otelcol_exporter_send_failed_spans']);
  expect(promqlNames('sum by (job (up)').errors).not.toEqual([]);
});
