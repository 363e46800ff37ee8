import { AttributeWriter } from './attributes.ts';
import { DEFAULT_ENCODE_LIMITS, type EncodeLimits } from './encode-limits.ts';
import { uint32 } from './span-field.ts';
import { asText } from './span-head.ts';
import type { ResourceRecord, ScopeRecord } from './span-record.ts';
import { WireWriter } from './wire-writer.ts';

/** Two lengths of up to five bytes, their tags, a dropped count. */
const FRAME_BYTES = 32;

/**
 * The head of an OTLP `ResourceSpans`: its resource and schema URL, ready to be followed by scopes. Attributes that cannot
 * be expressed or go beyond `limits.spanBytes` are dropped and counted. Never throws.
 */
export function encodeResource(resource: ResourceRecord, limits: EncodeLimits = DEFAULT_ENCODE_LIMITS): Uint8Array {
  const { writer, attributes } = scratch(limits, 0);
  let at = attributes.write(2, 0x0a, resource.attributes, false);
  at = uint32(writer, at, 0x10, attributes.dropped);
  return finish(writer, at, resource.schemaUrl, limits);
}

/**
 * The head of an OTLP `ScopeSpans`: the instrumentation scope and its schema URL, ready to be followed by spans. Attributes
 * are treated as those of a resource. Never throws.
 */
export function encodeScope(scope: ScopeRecord, limits: EncodeLimits = DEFAULT_ENCODE_LIMITS): Uint8Array {
  const { writer, attributes } = scratch(limits, 2);
  let at = 2;
  at = writer.textField(at, 0x0a, asText(scope.name), limits.nameLengthLimit);
  if (scope.version) at = writer.textField(at, 0x12, asText(scope.version), limits.nameLengthLimit);
  at = attributes.write(at, 0x1a, scope.attributes, false);
  at = uint32(writer, at, 0x20, attributes.dropped);
  return finish(writer, at, scope.schemaUrl, limits);
}

/** Room for the attributes, for so many texts before them and one after them, three bytes a unit at most. */
function scratch(limits: EncodeLimits, texts: number): { writer: WireWriter; attributes: AttributeWriter } {
  const writer = new WireWriter();
  const text = 3 * limits.nameLengthLimit;
  writer.aim(new Uint8Array(limits.spanBytes + (texts + 1) * text + FRAME_BYTES));
  writer.limit = limits.spanBytes + texts * text;
  return { writer, attributes: new AttributeWriter(writer, limits) };
}

function finish(writer: WireWriter, end: number, schemaUrl: string, limits: EncodeLimits): Uint8Array {
  writer.limit = writer.bytes.length;
  writer.bytes[0] = 0x0a;
  let at = writer.close(1, end);
  if (schemaUrl) at = writer.textField(at, 0x1a, asText(schemaUrl), limits.nameLengthLimit);
  return new Uint8Array(writer.bytes.subarray(0, at));
}
