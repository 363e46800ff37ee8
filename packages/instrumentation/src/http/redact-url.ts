const REDACTED = 'REDACTED';
const SCHEME = /^[a-z][a-z\d+.-]*:\/\//i;

/** Keeps the names of a query string and replaces every value: `a=1&b` becomes `a=REDACTED&REDACTED`. Never throws. */
export function redactQuery(query: string): string {
  return query
    .split('&')
    .map((part) => {
      const equals = part.indexOf('=');
      // Without a name the whole part may be the secret.
      if (equals === -1) return part === '' ? '' : REDACTED;
      return `${part.slice(0, equals)}=${REDACTED}`;
    })
    .join('&');
}

/**
 * Redacts the query of a URL and the user and password before its host, and drops its fragment, which servers never see. Never
 * throws.
 */
export function redactUrl(url: string): string {
  const [withoutFragment = ''] = url.split('#', 1);
  const question = withoutFragment.indexOf('?');
  if (question === -1) return redactUserInfo(withoutFragment);
  const query = withoutFragment.slice(question + 1);
  return `${redactUserInfo(withoutFragment.slice(0, question + 1))}${redactQuery(query)}`;
}

/** The convention's words for it. An `@` of the path is not one of the host: the last one before the first slash counts. */
function redactUserInfo(url: string): string {
  const start = SCHEME.exec(url)?.[0].length;
  if (start === undefined) return url;
  const slash = url.indexOf('/', start);
  const at = url.lastIndexOf('@', slash === -1 ? url.length : slash);
  return at < start ? url : `${url.slice(0, start)}${REDACTED}:${REDACTED}${url.slice(at)}`;
}
