/**
 * Unit tests that give a hundred thousand inputs to code that other tests cover as well: measuring coverage doubles their time and
 * adds nothing to it. They run without.
 */
export const UNCOVERED: readonly string[] = [
  'packages/node/src/propagator.test.ts',
  'packages/otlp-exporter/src/encode/span-encoder.test.ts',
  'packages/otlp-exporter/test/export-loop-walk.test.ts',
  'packages/span-processor/src/retention/trace-buffer.property.test.ts',
  'packages/tracer/test/attributes-as-sdk.test.ts',
  'packages/tracer/test/hostile.test.ts',
];
