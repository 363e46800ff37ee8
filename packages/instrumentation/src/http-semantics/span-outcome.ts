import { type AttributeValue, type SpanStatus, SpanStatusCode } from '@opentelemetry/api';
import type { ConstantAttributes } from '@vigil/otlp-exporter';
import type { LightSpan } from '@vigil/tracer';
import { hasAttribute } from './has-attribute.ts';

const FAILED: SpanStatus = Object.freeze({ code: SpanStatusCode.ERROR });

/** What the end of an HTTP request says of its span: shared by all requests that end so. */
export interface SpanOutcome {
  readonly name: string;
  readonly constants: ConstantAttributes;
  readonly isError: boolean;
}

/**
 * Writes the outcome onto a span that is about to end. A name, a status or an attribute that the application gave its span stays.
 *
 * @param startName what the span was called at its start.
 */
export function applyOutcome(span: LightSpan, outcome: SpanOutcome, startName: string): void {
  if (span.name === startName) span.name = outcome.name;
  if (outcome.isError && span.statusCode === 0) span.setStatus(FAILED);
  if (span.view !== undefined) {
    setMissing(span, outcome.constants);
    return;
  }
  // The path is the only attribute of its own that an untouched span has; then no key can stand twice.
  if (span.attributes.length <= 2) span.constants = outcome.constants;
  else replaceConstants(span, outcome.constants);
}

/** A processor of the SDK may hold the span's attributes as an object, which only `setAttribute` keeps true. */
function setMissing(span: LightSpan, { pairs }: ConstantAttributes): void {
  for (let index = 0; index < pairs.length; index += 2) {
    const key = pairs[index] as string;
    if (span.constants?.has(key) === true || hasAttribute(span.attributes, key)) continue;
    span.setAttribute(key, pairs[index + 1] as AttributeValue);
  }
}

function replaceConstants(span: LightSpan, constants: ConstantAttributes): void {
  const { attributes } = span;
  for (let index = 0; index < attributes.length; index += 2) {
    if (!constants.has(attributes[index] as string)) continue;
    addMissing(span, constants);
    return;
  }
  span.constants = constants;
}

function addMissing(span: LightSpan, { pairs }: ConstantAttributes): void {
  // Those of the start are part of those of the end.
  span.constants = undefined;
  const { attributes } = span;
  for (let index = 0; index < pairs.length; index += 2) {
    if (!hasAttribute(attributes, pairs[index])) attributes.push(pairs[index], pairs[index + 1]);
  }
}
