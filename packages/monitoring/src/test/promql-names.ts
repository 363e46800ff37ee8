import { parser } from '@prometheus-io/lezer-promql';

/** What a PromQL expression speaks of. */
export interface PromqlNames {
  readonly series: readonly string[];
  readonly labels: readonly string[];
  /** Text around what the grammar could not read; empty for a correct expression. */
  readonly errors: readonly string[];
}

/** Reads an expression with the grammar of Prometheus' own editor. */
export function promqlNames(expr: string): PromqlNames {
  const series: string[] = [];
  const labels: string[] = [];
  const errors: string[] = [];
  parser.parse(expr).iterate({
    enter: ({ name, type, from, to, node }) => {
      if (type.isError) errors.push(`${expr.slice(Math.max(0, from - 20), to + 20)} (at ${from})`);
      if (name === 'Identifier' && node.parent?.name === 'VectorSelector') series.push(expr.slice(from, to));
      if (name === 'LabelName') labels.push(expr.slice(from, to));
    },
  });
  return { series, labels, errors };
}
