import type { Attributes } from '@opentelemetry/api';
import type { ResourceRecord } from '@vigil/otlp-exporter';

/** Who sends. A `Resource` of `@opentelemetry/resources` fits, and so does a plain object. */
export interface ResourceLike {
  readonly attributes: Attributes;
  readonly schemaUrl?: string | undefined;
  /** True while attributes are still being found out. */
  readonly asyncAttributesPending?: boolean | undefined;
  waitForAsyncAttributes?(): Promise<void>;
  /** Attributes as they were given, promises among them. */
  getRawAttributes?(): readonly (readonly [string, unknown])[];
}

/** The resource as the encoder reads it, as far as it is known now. Never throws. */
export function resourceRecord(resource: ResourceLike): ResourceRecord {
  try {
    return { schemaUrl: resource.schemaUrl ?? '', attributes: knownAttributes(resource).flat() };
  } catch {
    return { schemaUrl: '', attributes: [] };
  }
}

/** Reading `attributes` while some are pending makes the SDK's resource log an error each time; its raw list does not. */
function knownAttributes(resource: ResourceLike): readonly (readonly unknown[])[] {
  if (resource.asyncAttributesPending !== true || resource.getRawAttributes === undefined) {
    return Object.entries(resource.attributes);
  }
  const known = new Map<string, unknown>();
  for (const [key, value] of resource.getRawAttributes()) {
    const pending = typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
    // As in the SDK: of two values of one key the first in the list wins.
    if (!pending && !known.has(key)) known.set(key, value);
  }
  return [...known];
}
