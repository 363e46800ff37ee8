import type { Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { ATTR_URL_FULL, ATTR_URL_QUERY } from '@opentelemetry/semantic-conventions';

const REDACTED = 'REDACTED';

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

/** Redacts the query of a URL and drops its fragment, which servers never see. Never throws. */
export function redactUrl(url: string): string {
  const [withoutFragment = ''] = url.split('#', 1);
  const question = withoutFragment.indexOf('?');
  if (question === -1) return withoutFragment;
  return `${withoutFragment.slice(0, question + 1)}${redactQuery(withoutFragment.slice(question + 1))}`;
}

/**
 * Takes the values out of query strings before a span is final: they hold tokens, e-mail addresses and searches, and
 * whatever instrumentation recorded them, none of it leaves the process.
 */
export class QueryRedaction implements SpanProcessor {
  /** The last moment in which a span can be written. Never throws. */
  onEnding(span: Span): void {
    const { [ATTR_URL_QUERY]: query, [ATTR_URL_FULL]: full } = span.attributes;
    if (typeof query === 'string' && query !== '') span.setAttribute(ATTR_URL_QUERY, redactQuery(query));
    if (typeof full === 'string' && /[?#]/.test(full)) span.setAttribute(ATTR_URL_FULL, redactUrl(full));
  }

  onStart(): void {
    // Attributes may still come.
  }

  onEnd(): void {
    // Nothing can be changed any more.
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}
