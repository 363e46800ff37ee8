/** A span as far as the demo, the tests and the waterfall need it. */
export interface StoredSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Undefined for a root. */
  readonly parentSpanId: string | undefined;
  readonly service: string;
  readonly name: string;
  readonly startMicros: number;
  readonly durationMicros: number;
  readonly isError: boolean;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface TraceQuery {
  readonly service: string;
  /** Attributes that one span of the trace must have, all of them. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Traces that began later than this. */
  readonly since: Date;
  /** Most traces to return. */
  readonly limit: number;
}

interface JaegerTag {
  readonly key: string;
  readonly value: unknown;
}

interface JaegerSpan {
  readonly traceID: string;
  readonly spanID: string;
  readonly operationName: string;
  readonly references: readonly { readonly refType: string; readonly spanID: string }[];
  readonly startTime: number;
  readonly duration: number;
  readonly processID: string;
  readonly tags: readonly JaegerTag[];
}

interface JaegerAnswer {
  readonly data: readonly {
    readonly spans: readonly JaegerSpan[];
    readonly processes: Readonly<Record<string, { readonly serviceName: string }>>;
  }[];
}

/** The same search as a person would make it in Jaeger's page: path and query below the base URL. */
export function tracePath(query: TraceQuery): string {
  const parameters = new URLSearchParams({
    service: query.service,
    start: `${query.since.getTime()}000`,
    limit: String(query.limit),
  });
  if (Object.keys(query.attributes).length > 0) parameters.set('tags', JSON.stringify(query.attributes));
  return `traces?${parameters}`;
}

function spanOf(span: JaegerSpan, service: string): StoredSpan {
  const attributes = Object.fromEntries(span.tags.map(({ key, value }) => [key, String(value)]));
  return {
    traceId: span.traceID,
    spanId: span.spanID,
    parentSpanId: span.references.find(({ refType }) => refType === 'CHILD_OF')?.spanID,
    service,
    name: span.operationName,
    startMicros: span.startTime,
    durationMicros: span.duration,
    isError: attributes.error === 'true',
    attributes,
  };
}

/** Turns Jaeger's JSON answer into one list of spans a trace. @throws TypeError when it is none. */
export function readJaegerAnswer(answer: unknown): StoredSpan[][] {
  return (answer as JaegerAnswer).data.map(({ spans, processes }) =>
    spans.map((span) => spanOf(span, processes[span.processID]?.serviceName ?? 'unknown')),
  );
}
