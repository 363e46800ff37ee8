import { LegendDisplayMode, LegendPlacement, VizLegendOptionsBuilder } from '@grafana/grafana-foundation-sdk/common';
import { DashboardLinkBuilder, DashboardLinkType, type Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as LogsPanelBuilder } from '@grafana/grafana-foundation-sdk/logs';
import { DataqueryBuilder as LokiQueryBuilder } from '@grafana/grafana-foundation-sdk/loki';
import {
  DataqueryBuilder as PrometheusQueryBuilder,
  PromQueryFormat,
} from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatPanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TablePanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeriesPanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { dataSourceRef } from './data-source.ts';
import { type ThresholdSteps, thresholds } from './threshold.ts';
import { type TraceSearch, traceSearchQuery } from './trace-search.ts';

/** A dashboard is 24 columns wide; the spans of a line add up to that. */
interface Place {
  readonly title: string;
  /** What the number means and what to do about it. */
  readonly description: string;
  /** What is shown instead of "No data": why there may be none. */
  readonly empty: string;
  readonly span: number;
  readonly height: number;
}

interface Query {
  readonly expr: string;
  readonly legend: string;
  /** Points that lead to a trace, where the application sends them. */
  readonly exemplars?: true;
}

interface Measured extends Place {
  /** Grafana's name of the unit: `s`, `reqps`, `percentunit`, `bytes`, `short`. */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** Colours from a value upwards. */
  readonly steps?: ThresholdSteps;
}

type Build = { build(): Panel };

const promQuery = ({ expr, legend, exemplars }: Query, index: number) => {
  const query = new PrometheusQueryBuilder()
    .refId(String.fromCharCode('A'.charCodeAt(0) + index))
    .datasource(dataSourceRef('prometheus'))
    .expr(expr)
    .legendFormat(legend);
  return exemplars ? query.exemplar(true) : query;
};

/** A line for every series over time. Never throws. */
export function timeSeries({ title, description, empty, span, height, unit, queries, steps }: Measured): Build {
  const panel = new TimeSeriesPanelBuilder()
    .title(title)
    .description(description)
    .noValue(empty)
    .span(span)
    .height(height)
    .unit(unit)
    .min(0)
    .datasource(dataSourceRef('prometheus'))
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom),
    )
    .targets(queries.map((query, index) => promQuery(query, index).range()));
  return steps ? panel.thresholds(thresholds(steps)) : panel;
}

/** The latest value, large. Never throws. */
export function stat({ title, description, empty, span, height, unit, queries, steps }: Measured): Build {
  const panel = new StatPanelBuilder()
    .title(title)
    .description(description)
    .noValue(empty)
    .span(span)
    .height(height)
    .unit(unit)
    .datasource(dataSourceRef('prometheus'))
    .targets(queries.map((query, index) => promQuery(query, index).instant()));
  return steps ? panel.thresholds(thresholds(steps)) : panel;
}

/** The latest series as rows; `link` opens with the row's values. Never throws. */
export function table(
  place: Place & { readonly expr: string; readonly hide: readonly string[]; readonly link: string },
): Build {
  const query = promQuery({ expr: place.expr, legend: '' }, 0).instant().format(PromQueryFormat.Table);
  return new TablePanelBuilder()
    .title(place.title)
    .description(place.description)
    .noValue(place.empty)
    .span(place.span)
    .height(place.height)
    .unit('short')
    .datasource(dataSourceRef('prometheus'))
    .targets([query])
    .dataLinks([new DashboardLinkBuilder('Runbook').type(DashboardLinkType.Link).url(place.link).targetBlank(true)])
    .withTransformation({
      id: 'organize',
      options: { excludeByName: Object.fromEntries(place.hide.map((field) => [field, true])) },
    });
}

/** Log lines, newest first. Never throws. */
export function logs(place: Place & { readonly logql: string }): Build {
  return new LogsPanelBuilder()
    .title(place.title)
    .description(place.description)
    .noValue(place.empty)
    .span(place.span)
    .height(place.height)
    .datasource(dataSourceRef('loki'))
    .showTime(true)
    .wrapLogMessage(true)
    .enableLogDetails(true)
    .targets([
      new LokiQueryBuilder()
        .refId('A')
        .datasource(dataSourceRef('loki'))
        .expr(place.logql)
        .queryType('range')
        .maxLines(200),
    ]);
}

/** Traces that a search finds, as rows that open the waterfall. Never throws. */
export function traces(place: Place & { readonly search: TraceSearch }): Build {
  return new TablePanelBuilder()
    .title(place.title)
    .description(place.description)
    .noValue(place.empty)
    .span(place.span)
    .height(place.height)
    .datasource(dataSourceRef('jaeger'))
    .targets([traceSearchQuery(place.search)]);
}
