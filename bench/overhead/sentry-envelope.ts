interface Item {
  readonly type?: unknown;
  readonly item_count?: unknown;
  readonly spans?: unknown;
}

function item(line: string): Item {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

/**
 * Spans in a Sentry envelope: those of its span items, which are counted in their headers, and those of transactions, each
 * transaction itself being one. 0 for anything else. Never throws.
 */
export function sentrySpans(body: Buffer): number {
  let spans = 0;
  for (const line of body.toString('utf8').split('\n')) {
    if (!line.startsWith('{')) continue;
    const { type, item_count: count, spans: children } = item(line);
    if (type === 'span' && typeof count === 'number') spans += count;
    if (type === 'transaction' && Array.isArray(children)) spans += 1 + children.length;
  }
  return spans;
}
