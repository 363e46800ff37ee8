import { DatasourceVariableBuilder } from '@grafana/grafana-foundation-sdk/dashboard';

/**
 * Data sources by their fixed UIDs, which grafana/provisioning/datasources sets. Dashboards ask through variables, so that
 * they can be imported where the data sources are called otherwise.
 */
export const DATA_SOURCES = {
  prometheus: { type: 'prometheus', uid: 'prometheus', name: 'Prometheus', variable: 'datasource', label: 'Metrics' },
  loki: { type: 'loki', uid: 'loki', name: 'Loki', variable: 'logs', label: 'Logs' },
  jaeger: { type: 'jaeger', uid: 'jaeger', name: 'Jaeger', variable: 'traces', label: 'Traces' },
} as const;

export type DataSourceName = keyof typeof DATA_SOURCES;

/** What a panel or query names as its data source. Never throws. */
export function dataSourceRef(name: DataSourceName): { type: string; uid: string } {
  const { type, variable } = DATA_SOURCES[name];
  return { type, uid: `\${${variable}}` };
}

/** The variable with which a dashboard lets people choose a data source. Never throws. */
export function dataSourceVariable(name: DataSourceName): DatasourceVariableBuilder {
  const source = DATA_SOURCES[name];
  return new DatasourceVariableBuilder(source.variable)
    .label(source.label)
    .type(source.type)
    .current({ selected: true, text: source.name, value: source.uid });
}
