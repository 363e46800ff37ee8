import type { ResourceRecord, ScopeRecord } from '@vigil/otlp-exporter';
import { pairsOf } from '../attribute-pairs.ts';
import type { SdkResource, SdkScope } from './sdk-span.ts';

/** Gives a number to a pair of resource and scope; the same records get the same number. */
export type NumberStream = (resource: ResourceRecord, scope: ScopeRecord) => number;

/** Numbers the streams of SDK spans. A tracer has one scope object and a provider one resource, so both are looked up by identity. */
export class SdkStreams {
  readonly #number: NumberStream;
  #records = new WeakMap<object, ResourceRecord>();
  #byScope = new WeakMap<object, { readonly resource: SdkResource; readonly stream: number }>();

  constructor(number: NumberStream) {
    this.#number = number;
  }

  streamOf(resource: SdkResource, scope: SdkScope): number {
    const known = this.#byScope.get(scope);
    if (known !== undefined && known.resource === resource) return known.stream;
    const stream = this.#number(this.#resourceRecord(resource), scopeRecord(scope));
    this.#byScope.set(scope, { resource, stream });
    return stream;
  }

  /** A resource got attributes: what was numbered with less is numbered anew. */
  forget(): void {
    this.#records = new WeakMap();
    this.#byScope = new WeakMap();
  }

  #resourceRecord(resource: SdkResource): ResourceRecord {
    const known = this.#records.get(resource);
    if (known !== undefined) return known;
    const record = { schemaUrl: resource.schemaUrl ?? '', attributes: pairsOf(resource.attributes) };
    this.#records.set(resource, record);
    return record;
  }
}

function scopeRecord({ name, version, schemaUrl }: SdkScope): ScopeRecord {
  return { name, version: version ?? '', schemaUrl: schemaUrl ?? '', attributes: [] };
}
