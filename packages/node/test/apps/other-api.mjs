// A preload that registered with another version of OpenTelemetry's API.
globalThis[Symbol.for('opentelemetry.js.api.1')] = { version: '1.9.0' };
