import { type Context, createContextKey, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';

/** The key under which the API keeps the active span: found out, because the API does not export it. */
const SPAN_KEY = spanKey();

/**
 * An OpenTelemetry context that holds a span, in front of another one: what `trace.setSpan(outer, span)` gives, without the copy of
 * `outer`'s values that upstream's makes of every context. Immutable; never throws.
 */
export class LightContext implements Context {
  readonly span: Span | undefined;
  readonly outer: Context;

  /** @param outer of which everything but the active span is visible. Default: the root context. */
  constructor(span: Span | undefined, outer: Context = ROOT_CONTEXT) {
    this.span = span;
    this.outer = outer;
  }

  getValue(key: symbol): unknown {
    return key === SPAN_KEY ? this.span : this.outer.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return key === SPAN_KEY
      ? new LightContext(value as Span | undefined, this.outer)
      : new LightContext(this.span, this.outer.setValue(key, value));
  }

  deleteValue(key: symbol): Context {
    return key === SPAN_KEY
      ? new LightContext(undefined, this.outer)
      : new LightContext(this.span, this.outer.deleteValue(key));
  }
}

function spanKey(): symbol {
  let found = createContextKey('OpenTelemetry Context Key SPAN');
  const spy: Context = {
    getValue: (key) => {
      found = key;
      return undefined;
    },
    setValue: () => spy,
    deleteValue: () => spy,
  };
  trace.getSpan(spy);
  return found;
}
