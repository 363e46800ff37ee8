import { HTTP_ROUTE, URL_PATH } from '@vigil/conventions';
import type { AttributePairs } from '@vigil/otlp-exporter';

/** What instrumentations of the old conventions set; it holds the query string. */
const HTTP_TARGET = 'http.target';

/** Route of a span: `http.route` when it is known already, else the path. Undefined for other spans. */
export function routeOfAttributes(attributes: Readonly<Record<string, unknown>> | undefined): unknown {
  return attributes?.[HTTP_ROUTE] ?? attributes?.[URL_PATH] ?? attributes?.[HTTP_TARGET];
}

/** The same of flat attributes, in one pass. */
export function routeOfPairs(pairs: AttributePairs): unknown {
  let path: unknown;
  for (let index = 0; index < pairs.length; index += 2) {
    const key = pairs[index];
    if (key === HTTP_ROUTE) return pairs[index + 1];
    if (key === URL_PATH || (key === HTTP_TARGET && path === undefined)) path = pairs[index + 1];
  }
  return path;
}
