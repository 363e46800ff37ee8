import type { LightTracerProviderOptions } from './light-tracer-provider.ts';
import { spanLimitProblems } from './span-limits.ts';

const PROCESSOR_METHODS = ['onStart', 'onEnd', 'forceFlush', 'shutdown'];

/** The same options without what somebody put onto `Object.prototype`; what a class of the application's gives stays. */
export function ownOptions<Options>(options: Options): Options {
  const isPlain =
    typeof options === 'object' && options !== null && Object.getPrototypeOf(options) === Object.prototype;
  return isPlain ? { __proto__: null, ...options } : options;
}

/** What is wrong with a provider's options: one sentence a value, with what was expected and what was given. */
export function optionProblems(options: LightTracerProviderOptions): string[] {
  if (typeof options !== 'object' || options === null) return [`options: expected an object, got ${kindOf(options)}`];
  const { resource, sampler, spanLimits, maxOpenSpans, idGenerator, processor, spanProcessors, timeSource } = options;
  const problems: string[] = [];
  // Not read here: a resource that is still being found out logs an error when its attributes are read.
  if (typeof resource !== 'object' || resource === null || !('attributes' in resource)) {
    problems.push(`resource: expected an object with attributes, got ${kindOf(resource)}`);
  }
  const methods = (name: string, value: unknown, expected: readonly string[]): void => {
    const missing = expected.filter(
      (method) => typeof (value as Record<string, unknown> | null)?.[method] !== 'function',
    );
    if (missing.length > 0)
      problems.push(
        `${name}: expected the methods ${expected.join(', ')}, got ${kindOf(value)} without ${missing.join(', ')}`,
      );
  };
  if (sampler !== undefined) methods('sampler', sampler, ['shouldSample']);
  if (idGenerator !== undefined) methods('idGenerator', idGenerator, ['generateTraceId', 'generateSpanId']);
  if (processor !== undefined) methods('processor', processor, PROCESSOR_METHODS);
  if (timeSource !== undefined) methods('timeSource', timeSource, ['monotonicMillis', 'epochMillis']);
  if (spanProcessors !== undefined && !Array.isArray(spanProcessors)) {
    problems.push(`spanProcessors: expected an array, got ${kindOf(spanProcessors)}`);
  } else {
    for (const [index, value] of (spanProcessors ?? []).entries()) {
      methods(`spanProcessors[${index}]`, value, PROCESSOR_METHODS);
    }
  }
  if (maxOpenSpans !== undefined && !(Number.isInteger(maxOpenSpans) && maxOpenSpans >= 1)) {
    problems.push(`maxOpenSpans: expected a whole number from 1, got ${kindOf(maxOpenSpans)}`);
  }
  if (spanLimits !== undefined) problems.push(...spanLimitProblems(spanLimits));
  return problems;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return typeof value === 'object' ? 'an object' : `${typeof value} ${String(value)}`;
}
