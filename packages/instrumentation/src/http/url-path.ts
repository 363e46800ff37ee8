const SLASH = 47;
const PATH_LENGTH_MAXIMUM = 1_024;

/**
 * The path of a request's target, without query and fragment, cut at 1,024 characters. Undefined for what has none: `*` of OPTIONS,
 * the `host:port` of CONNECT, and what is no URL. Never throws.
 */
export function pathOfTarget(target: string | undefined): string | undefined {
  if (target === undefined) return undefined;
  if (target.charCodeAt(0) !== SLASH) return pathOfUrl(target);
  const end = endOfPath(target);
  return end <= PATH_LENGTH_MAXIMUM && end === target.length
    ? target
    : target.slice(0, Math.min(end, PATH_LENGTH_MAXIMUM));
}

/** The query of a request's target without its question mark; undefined where there is none. */
export function queryOfTarget(target: string): string | undefined {
  const [withoutFragment = ''] = target.split('#', 1);
  const question = withoutFragment.indexOf('?');
  return question === -1 ? undefined : withoutFragment.slice(question + 1);
}

function endOfPath(target: string): number {
  const question = target.indexOf('?');
  const fragment = target.indexOf('#');
  if (question === -1) return fragment === -1 ? target.length : fragment;
  return fragment === -1 ? question : Math.min(question, fragment);
}

/** Proxies are asked for whole URLs, which may hold a user and a password. */
function pathOfUrl(target: string): string | undefined {
  return URL.canParse(target) && target.includes('://')
    ? new URL(target).pathname.slice(0, PATH_LENGTH_MAXIMUM)
    : undefined;
}
