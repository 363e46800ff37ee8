import type { Attributes } from '@opentelemetry/api';
import type { ResourceRecord } from '@vigil/otlp-exporter';

/** Who sends. A `Resource` of `@opentelemetry/resources` fits, and so does a plain object. */
export interface ResourceLike {
  readonly attributes: Attributes;
  readonly schemaUrl?: string | undefined;
  /** True while attributes are still being found out. */
  readonly asyncAttributesPending?: boolean | undefined;
  waitForAsyncAttributes?(): Promise<void>;
}

/** The resource as the encoder reads it, as far as it is known now. Never throws. */
export function resourceRecord(resource: ResourceLike): ResourceRecord {
  try {
    return { schemaUrl: resource.schemaUrl ?? '', attributes: Object.entries(resource.attributes).flat() };
  } catch {
    return { schemaUrl: '', attributes: [] };
  }
}
