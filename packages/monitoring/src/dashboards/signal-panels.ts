import { promLabel, SERVICE_NAME } from '@vigil/conventions';
import { logs, traces } from './panel.ts';
import { ofService } from './selected-service.ts';

/** Log lines and failed traces of the service. Never throws. */
export function signalPanels() {
  const half = { span: 12, height: 10 };
  return [
    logs({
      ...half,
      title: 'Logs',
      description: `Newest lines, up to 200. A line's trace_id opens its trace; the label is ${promLabel(SERVICE_NAME)}.`,
      empty: 'No log line in this time',
      // The selector of LogQL has the form of PromQL's, without a metric name.
      logql: ofService(''),
    }),
    traces({
      ...half,
      title: 'Failed traces',
      description: 'Traces in which a span of this service has the status ERROR, up to 20. A row opens the waterfall.',
      empty: 'No failed trace in this time',
      search: { service: '$service', tags: 'error=true', limit: 20 },
    }),
  ];
}
