import {
  DB_CLIENT_CONNECTION_COUNT,
  DB_CLIENT_CONNECTION_MAX,
  DB_CLIENT_CONNECTION_PENDING_REQUESTS,
  DB_CLIENT_CONNECTION_POOL_NAME,
  DB_CLIENT_CONNECTION_STATE,
  DB_CLIENT_OPERATION_DURATION,
  DB_OPERATION_NAME,
  ERROR_TYPE,
  HTTP_CLIENT_REQUEST_DURATION,
  promLabel,
  promName,
  SERVER_ADDRESS,
  SERVER_PORT,
} from '@vigil/conventions';
import { timeSeries } from './panel.ts';
import { ofService, perSecond } from './selected-service.ts';

const OUTBOUND = promName(HTTP_CLIENT_REQUEST_DURATION);
const SERVER = [promLabel(SERVER_ADDRESS), promLabel(SERVER_PORT)];
const SERVER_LEGEND = SERVER.map((label) => `{{${label}}}`).join(':');
const QUERY = promName(DB_CLIENT_OPERATION_DURATION);
const OPERATION = promLabel(DB_OPERATION_NAME);
const POOL = promLabel(DB_CLIENT_CONNECTION_POOL_NAME);

const p95 = (family: string, labels: readonly string[]) =>
  `histogram_quantile(0.95, sum by (${['le', ...labels].join(', ')}) (${perSecond(`${family}_bucket`)}))`;

/** Other services over HTTP, and the database. Never throws. */
export function dependencyPanels() {
  const place = { span: 6, height: 8 };
  return [
    timeSeries({
      ...place,
      title: 'Outbound HTTP p95',
      description: 'How long other services take to answer this one, by server.',
      empty: 'No outbound request in this time',
      unit: 's',
      queries: [{ expr: p95(OUTBOUND, SERVER), legend: SERVER_LEGEND, exemplars: true }],
    }),
    timeSeries({
      ...place,
      title: 'Outbound HTTP failures',
      description: 'Requests to other services that failed or got a 4xx or 5xx answer, by server and error.',
      empty: 'No outbound failure in this time',
      unit: 'reqps',
      queries: [
        {
          expr: `sum by (${[...SERVER, promLabel(ERROR_TYPE)].join(', ')}) (${perSecond(`${OUTBOUND}_count`, { [promLabel(ERROR_TYPE)]: /.+/ })})`,
          legend: `${SERVER_LEGEND} {{${promLabel(ERROR_TYPE)}}}`,
        },
      ],
    }),
    timeSeries({
      ...place,
      title: 'Database p95 by operation',
      description: 'How long queries take, seen from the application: the wait for a connection is not in it.',
      empty: 'No query in this time',
      unit: 's',
      queries: [{ expr: p95(QUERY, [OPERATION]), legend: `{{${OPERATION}}}` }],
    }),
    timeSeries({
      ...place,
      title: 'Database pool',
      description:
        'Connections in use and idle against the most the pool may open; requests that wait mean it is too small or held too long.',
      empty: 'No connection pool reported',
      unit: 'short',
      queries: [
        {
          expr: `sum by (${promLabel(DB_CLIENT_CONNECTION_STATE)}) (${ofService(promName(DB_CLIENT_CONNECTION_COUNT))})`,
          legend: `{{${promLabel(DB_CLIENT_CONNECTION_STATE)}}}`,
        },
        { expr: `sum by (${POOL}) (${ofService(promName(DB_CLIENT_CONNECTION_MAX))})`, legend: 'most' },
        { expr: `sum by (${POOL}) (${ofService(promName(DB_CLIENT_CONNECTION_PENDING_REQUESTS))})`, legend: 'waiting' },
      ],
    }),
  ];
}
