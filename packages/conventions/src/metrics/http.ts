import {
  ERROR_TYPE,
  HTTP_REQUEST_METHOD,
  HTTP_RESPONSE_STATUS_CODE,
  HTTP_ROUTE,
  NETWORK_PROTOCOL_VERSION,
  SERVER_ADDRESS,
  SERVER_PORT,
  URL_SCHEME,
} from '../attribute.ts';
import type { Metric } from '../metric.ts';

// The convention's buckets.
const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] as const;

export const HTTP_SERVER_REQUEST_DURATION = {
  name: 'http.server.request.duration',
  unit: 's',
  kind: 'histogram',
  attributes: [
    ERROR_TYPE,
    HTTP_REQUEST_METHOD,
    HTTP_RESPONSE_STATUS_CODE,
    HTTP_ROUTE,
    NETWORK_PROTOCOL_VERSION,
    URL_SCHEME,
  ],
  boundaries: REQUEST_SECONDS,
  description: 'How long the service took to answer an HTTP request.',
  source: '@vigil/instrumentation/http',
} as const satisfies Metric;

export const HTTP_SERVER_ACTIVE_REQUESTS = {
  name: 'http.server.active_requests',
  unit: '{request}',
  kind: 'updowncounter',
  attributes: [HTTP_REQUEST_METHOD, URL_SCHEME],
  description: 'HTTP requests that are being answered right now.',
  source: '@vigil/instrumentation/http',
} as const satisfies Metric;

// Powers of ten: the convention gives no buckets.
const BODY_BYTES = [100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000] as const;

/** Recorded only where the option `bodySizes` asks for it, so no test may require it. */
export const HTTP_SERVER_REQUEST_BODY_SIZE = {
  name: 'http.server.request.body.size',
  unit: 'By',
  kind: 'histogram',
  attributes: HTTP_SERVER_REQUEST_DURATION.attributes,
  boundaries: BODY_BYTES,
  description: 'Size of the bodies of HTTP requests to the service, as they were sent.',
  source: '@vigil/instrumentation/http',
  planned: true,
} as const satisfies Metric;

/** As `HTTP_SERVER_REQUEST_BODY_SIZE`. */
export const HTTP_SERVER_RESPONSE_BODY_SIZE = {
  name: 'http.server.response.body.size',
  unit: 'By',
  kind: 'histogram',
  attributes: HTTP_SERVER_REQUEST_DURATION.attributes,
  boundaries: BODY_BYTES,
  description: 'Size of the bodies of the answers of the service, as they were sent.',
  source: '@vigil/instrumentation/http',
  planned: true,
} as const satisfies Metric;

export const HTTP_CLIENT_REQUEST_DURATION = {
  name: 'http.client.request.duration',
  unit: 's',
  kind: 'histogram',
  attributes: [
    ERROR_TYPE,
    HTTP_REQUEST_METHOD,
    HTTP_RESPONSE_STATUS_CODE,
    NETWORK_PROTOCOL_VERSION,
    SERVER_ADDRESS,
    SERVER_PORT,
    URL_SCHEME,
  ],
  boundaries: REQUEST_SECONDS,
  description: 'How long another server took to answer an HTTP request of the service.',
  source: '@vigil/instrumentation',
} as const satisfies Metric;

export const HTTP_METRICS: readonly Metric[] = [
  HTTP_SERVER_REQUEST_DURATION,
  HTTP_SERVER_ACTIVE_REQUESTS,
  HTTP_SERVER_REQUEST_BODY_SIZE,
  HTTP_SERVER_RESPONSE_BODY_SIZE,
  HTTP_CLIENT_REQUEST_DURATION,
];
