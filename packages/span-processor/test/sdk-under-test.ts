import { createRequire } from 'node:module';
import type { Context, ContextAPI, Span, SpanOptions, TraceAPI } from '@opentelemetry/api';
import type { SdkResource, SdkSpan } from '@vigil/span-processor';
import { fetchedSdk } from './fetched-sdk.ts';

/** What the suite needs of an SDK's span processor interface. */
export interface SdkSpanProcessor {
  onStart(span: never, parentContext: Context): void;
  onEnding?(span: never): void;
  onEnd(span: never): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

export interface SdkTracer {
  startSpan(name: string, options?: SpanOptions, context?: Context): Span & SdkSpan;
}

export interface SdkProvider {
  getTracer(name: string, version?: string, options?: { schemaUrl?: string }): SdkTracer;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** An SDK, its API and its resources, as one application has them. */
export interface Sdk {
  readonly name: string;
  readonly api: { readonly trace: TraceAPI; readonly context: ContextAPI; readonly ROOT_CONTEXT: Context };
  readonly Provider: new (options: {
    readonly sampler?: unknown;
    readonly resource?: SdkResource;
    readonly spanProcessors: readonly SdkSpanProcessor[];
  }) => SdkProvider;
  readonly resourceOf: (attributes: Readonly<Record<string, unknown>>) => SdkResource;
}

/** SDK 3, which the workspace uses. */
export async function loadSdk3(): Promise<Sdk> {
  return sdkOf('3.1.0', createRequire(import.meta.url), '@opentelemetry/sdk-trace', 'TracerProvider');
}

/** SDK 2 with its own API, outside the workspace; fetched when it is not there. @throws when it cannot be fetched. */
export async function loadSdk2(): Promise<Sdk> {
  return sdkOf('2.12.1', fetchedSdk('sdk-2'), '@opentelemetry/sdk-trace-base', 'BasicTracerProvider');
}

function sdkOf(name: string, require: NodeJS.Require, sdkPackage: string, providerName: string): Sdk {
  const sdk = require(sdkPackage) as Record<string, Sdk['Provider']>;
  const { resourceFromAttributes } = require('@opentelemetry/resources') as {
    resourceFromAttributes: Sdk['resourceOf'];
  };
  const Provider = sdk[providerName];
  if (Provider === undefined) throw new Error(`${sdkPackage} has no ${providerName}`);
  return { name, api: require('@opentelemetry/api') as Sdk['api'], Provider, resourceOf: resourceFromAttributes };
}
