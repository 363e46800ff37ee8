// Named like npm: the name is what counts.
import { createRequire } from 'node:module';

const api = globalThis[Symbol.for('opentelemetry.js.api.1')];
const loaded = Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('@opentelemetry'));
console.log(`OpenTelemetry loaded: ${api !== undefined || loaded}`);
