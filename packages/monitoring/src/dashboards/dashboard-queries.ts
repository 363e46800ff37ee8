/** A question that a dashboard asks one of the stores. */
export interface DashboardQuery {
  /** Title of the dashboard. */
  readonly dashboard: string;
  /** Title of the panel, or the name of the variable. */
  readonly panel: string;
  readonly language: 'promql' | 'logql' | 'trace-search';
  /** Ready to be sent, variables filled in: PromQL, LogQL, or the parameters of Jaeger's search. */
  readonly expr: string;
  /** What the panel says when the answer is empty; empty itself for variables, which must have one. */
  readonly empty: string;
}

interface Target {
  readonly datasource?: { readonly type?: string };
  readonly expr?: string;
  readonly service?: string;
  readonly tags?: string;
}

interface DashboardFile {
  readonly title: string;
  readonly panels: readonly {
    readonly title: string;
    readonly targets?: readonly Target[];
    readonly fieldConfig?: { readonly defaults?: { readonly noValue?: string } };
  }[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string; readonly query?: unknown }[];
  };
}

const LABEL_VALUES = /^label_values\((.+), *(\w+)\)$/;

/**
 * Lists what a generated dashboard asks, with Grafana's variables filled in: a check can send it to running stores.
 * `service` stands for the chosen service, `window` for `$__rate_interval`.
 *
 * @throws SyntaxError when the text is no JSON.
 */
export function dashboardQueries(dashboardJson: string, service = 'shop', window = '5m'): DashboardQuery[] {
  const { title, panels, templating } = JSON.parse(dashboardJson) as DashboardFile;
  const fill = (text: string) => text.replaceAll('$__rate_interval', window).replaceAll('$service', service);
  const ofPanels = panels.flatMap((panel) =>
    (panel.targets ?? []).map((target): DashboardQuery => {
      const asked = { dashboard: title, panel: panel.title, empty: panel.fieldConfig?.defaults?.noValue ?? '' };
      if (target.datasource?.type === 'jaeger') {
        const search = new URLSearchParams({ service: fill(target.service ?? ''), tags: target.tags ?? '' });
        return { ...asked, language: 'trace-search', expr: search.toString() };
      }
      return {
        ...asked,
        language: target.datasource?.type === 'loki' ? 'logql' : 'promql',
        expr: fill(target.expr ?? ''),
      };
    }),
  );
  const ofVariables = templating.list.flatMap(({ name, type, query }): DashboardQuery[] => {
    const [, series, label] = LABEL_VALUES.exec(type === 'query' ? String(query) : '') ?? [];
    if (series === undefined || label === undefined) return [];
    return [
      {
        dashboard: title,
        panel: `variable ${name}`,
        language: 'promql',
        expr: `group by (${label}) (${series})`,
        empty: '',
      },
    ];
  });
  return [...ofPanels, ...ofVariables];
}
