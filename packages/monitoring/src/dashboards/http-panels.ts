import {
  HTTP_REQUEST_METHOD,
  HTTP_RESPONSE_STATUS_CODE,
  HTTP_ROUTE,
  HTTP_SERVER_REQUEST_DURATION,
  promLabel,
  promName,
} from '@vigil/conventions';
import { timeSeries } from './panel.ts';
import { perSecond } from './selected-service.ts';

const DURATION = promName(HTTP_SERVER_REQUEST_DURATION);
const ROUTE = [promLabel(HTTP_REQUEST_METHOD), promLabel(HTTP_ROUTE)];
const LEGEND = ROUTE.map((label) => `{{${label}}}`).join(' ');
const BY_ROUTE = `sum by (${ROUTE.join(', ')})`;
const FAILED = { [promLabel(HTTP_RESPONSE_STATUS_CODE)]: /5../ };

const quantile = (q: number) => `histogram_quantile(${q}, sum by (le) (${perSecond(`${DURATION}_bucket`)}))`;

/** Rate, errors and duration of what the service answers. Never throws. */
export function httpPanels() {
  const third = { span: 8, height: 8, empty: 'No request in this time' };
  const requests = `${BY_ROUTE} (${perSecond(`${DURATION}_count`)})`;
  return [
    timeSeries({
      ...third,
      title: 'Request rate by route',
      description: 'Requests per second. A route that disappears is as telling as one that fails.',
      unit: 'reqps',
      queries: [{ expr: requests, legend: LEGEND }],
    }),
    timeSeries({
      ...third,
      title: 'Failed share by route',
      description: 'Share of requests that ended in a 5xx status. A route without failures shows no line.',
      empty: 'No failure in this time',
      unit: 'percentunit',
      queries: [{ expr: `${BY_ROUTE} (${perSecond(`${DURATION}_count`, FAILED)}) / ${requests}`, legend: LEGEND }],
    }),
    timeSeries({
      ...third,
      title: 'Latency p50, p95, p99',
      description:
        'Estimated from histogram buckets, so a value between two bounds is a guess. Points are exemplars, where the application sends them: they open a trace.',
      unit: 's',
      queries: [
        { expr: quantile(0.5), legend: 'p50' },
        { expr: quantile(0.95), legend: 'p95', exemplars: true },
        { expr: quantile(0.99), legend: 'p99' },
      ],
    }),
  ];
}
