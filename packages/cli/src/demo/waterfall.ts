import type { StoredSpan } from '../stores/jaeger.ts';

export interface WaterfallOptions {
  /** Columns of the terminal; names are cut to fit. */
  readonly columns: number;
  /** Colours a piece of text by service or for an error; the identity for plain text. */
  readonly paint: (text: string, service: string, isError: boolean) => string;
}

interface Row {
  readonly span: StoredSpan;
  readonly depth: number;
}

const NAME_COLUMNS_MAXIMUM = 44;
const DURATION_COLUMNS = 10;
/** A trace of a broken application may have thousands of spans; a terminal shows the first ones. */
const ROWS_MAXIMUM = 60;

/** Orders spans as a tree, children by start time; a span whose parent is not in the list is a root. */
function rowsOf(spans: readonly StoredSpan[]): Row[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const children = Map.groupBy(spans, ({ parentSpanId }) =>
    parentSpanId !== undefined && ids.has(parentSpanId) ? parentSpanId : '',
  );
  const rows: Row[] = [];
  // A list instead of recursion: a trace that is a chain of 10,000 spans must not overflow the stack.
  const open: Row[] = byStart(children.get('') ?? []).map((span) => ({ span, depth: 0 }));
  for (let row = open.shift(); row !== undefined; row = open.shift()) {
    const { span, depth } = row;
    rows.push(row);
    open.unshift(...byStart(children.get(span.spanId) ?? []).map((child) => ({ span: child, depth: depth + 1 })));
  }
  return rows;
}

function byStart(spans: readonly StoredSpan[]): StoredSpan[] {
  return spans.toSorted((a, b) => a.startMicros - b.startMicros);
}

function bar(span: StoredSpan, startMicros: number, totalMicros: number, columns: number): string {
  const scale = columns / Math.max(1, totalMicros);
  const before = Math.min(columns - 1, Math.floor((span.startMicros - startMicros) * scale));
  const length = Math.max(1, Math.min(columns - before, Math.round(span.durationMicros * scale)));
  return ' '.repeat(before) + '━'.repeat(length);
}

function fit(text: string, columns: number): string {
  return text.length > columns ? `${text.slice(0, columns - 1)}…` : text.padEnd(columns);
}

function duration(micros: number): string {
  return `${(micros / 1000).toFixed(micros < 10_000 ? 2 : 1)} ms`.padStart(DURATION_COLUMNS);
}

/** Draws one trace as a waterfall: a line a span with service, name, duration and a bar. Never throws. */
export function waterfall(spans: readonly StoredSpan[], { columns, paint }: WaterfallOptions): string {
  if (spans.length === 0) return '(no spans)';
  const startMicros = Math.min(...spans.map((span) => span.startMicros));
  const endMicros = Math.max(...spans.map((span) => span.startMicros + span.durationMicros));
  const rows = rowsOf(spans);
  const serviceColumns = Math.max(...spans.map(({ service }) => service.length));
  const nameColumns = Math.min(
    NAME_COLUMNS_MAXIMUM,
    Math.max(...rows.map(({ span, depth }) => span.name.length + depth * 2)) + 2,
  );
  const barColumns = Math.max(10, columns - serviceColumns - nameColumns - DURATION_COLUMNS - 6);
  const lines = rows.slice(0, ROWS_MAXIMUM).map(({ span, depth }) => {
    const name = fit(`${'  '.repeat(depth)}${span.isError ? '✗ ' : ''}${span.name}`, nameColumns);
    const drawn = bar(span, startMicros, endMicros - startMicros, barColumns);
    const text = `${fit(span.service, serviceColumns)}  ${name} ${duration(span.durationMicros)}  ${drawn}`;
    return paint(text, span.service, span.isError);
  });
  const services = new Set(byStart(spans).map(({ service }) => service));
  const more = rows.length > ROWS_MAXIMUM ? ` (first ${ROWS_MAXIMUM} shown)` : '';
  const head = `trace ${spans[0]?.traceId ?? ''} · ${spans.length} spans${more} · ${[...services].join(' → ')} · ${duration(endMicros - startMicros).trim()}`;
  return [head, ...lines].join('\n');
}
