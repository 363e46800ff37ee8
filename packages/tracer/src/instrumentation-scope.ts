import type { Attributes } from '@opentelemetry/api';
import type { ScopeRecord } from '@vigil/otlp-exporter';
import { ANY_VALUE, attributeList, attributesObject } from './attribute-list.ts';
import { nameText } from './light-event.ts';
import type { InstrumentationScope } from './readable-span-view.ts';

/** What `getTracer` takes beside name and version; `attributes` is in OpenTelemetry's specification, not yet in the API's type. */
export interface LightTracerOptions {
  readonly schemaUrl?: string;
  readonly attributes?: Attributes;
}

const SCOPE_ATTRIBUTES_MAXIMUM = 128;

/** Who makes spans, from what `getTracer` was given; options that throw when read count as absent. Never throws. */
export function scopeRecord(name: unknown, version: unknown, options: LightTracerOptions | undefined): ScopeRecord {
  const scope = { name: textOf(name), version: textOf(version) };
  try {
    const { schemaUrl, attributes } = options ?? {};
    const list = attributeList(attributes, SCOPE_ATTRIBUTES_MAXIMUM, Number.POSITIVE_INFINITY, ANY_VALUE);
    return { ...scope, schemaUrl: typeof schemaUrl === 'string' ? schemaUrl : '', attributes: list.attributes };
  } catch {
    return { ...scope, schemaUrl: '', attributes: [] };
  }
}

function textOf(value: unknown): string {
  return value === undefined || value === null ? '' : nameText(value);
}

const views = new WeakMap<ScopeRecord, InstrumentationScope>();

/** The same in the SDK's shape; one object a scope. */
export function instrumentationScope(scope: ScopeRecord): InstrumentationScope {
  let view = views.get(scope);
  if (view === undefined) {
    view = {
      name: scope.name,
      version: scope.version === '' ? undefined : scope.version,
      schemaUrl: scope.schemaUrl === '' ? undefined : scope.schemaUrl,
      ...(scope.attributes.length > 0 && { attributes: attributesObject(scope.attributes) as Attributes }),
    };
    views.set(scope, view);
  }
  return view;
}
