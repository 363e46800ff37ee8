/** Spans of the transactions in a Sentry envelope, each transaction itself being one; 0 for anything else. Never throws. */
export function sentrySpans(body: Buffer): number {
  let spans = 0;
  for (const line of body.toString('utf8').split('\n')) {
    if (!line.startsWith('{') || !line.includes('"type":"transaction"')) continue;
    try {
      const transaction = JSON.parse(line) as { readonly spans?: readonly unknown[] };
      if (transaction.spans !== undefined) spans += 1 + transaction.spans.length;
    } catch {
      // An item that is cut or no JSON holds no transaction.
    }
  }
  return spans;
}
