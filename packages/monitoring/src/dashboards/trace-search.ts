import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { dataSourceRef } from './data-source.ts';

/** A search of Grafana's Jaeger data source, for which the Foundation SDK has no builder. */
export interface TraceSearch {
  readonly service: string;
  /** Span tags in logfmt: `error=true`. Empty: every trace. */
  readonly tags: string;
  readonly limit: number;
}

interface JaegerQuery extends TraceSearch, Dataquery {
  readonly refId: string;
  readonly queryType: 'search';
  readonly datasource: ReturnType<typeof dataSourceRef>;
}

/** Never throws. */
export function traceSearchQuery(search: TraceSearch): Builder<Dataquery> {
  const fields = { refId: 'A', queryType: 'search', datasource: dataSourceRef('jaeger'), ...search } as const;
  return {
    build: (): JaegerQuery => {
      const query = { ...fields, _implementsDataqueryVariant: () => undefined };
      // The SDK marks query types by a method; it must not become a key of the dashboard.
      Object.defineProperty(query, '_implementsDataqueryVariant', { enumerable: false });
      return query;
    },
  };
}
