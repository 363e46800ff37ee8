/** What the convention calls known: RFC 9110, PATCH of RFC 5789 and QUERY of RFC 10008. */
export const KNOWN_METHODS: readonly string[] = [
  'CONNECT',
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
  'QUERY',
  'TRACE',
];

/** Value of `http.request.method` for a method that is not known: names of methods come from outside and are without end. */
export const OTHER_METHOD = '_OTHER';

/** What a span of the method is called as long as nothing better is known. */
export const methodSpanName = (method: string): string => (method === OTHER_METHOD ? 'HTTP' : method);
