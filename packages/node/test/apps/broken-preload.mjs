// Makes what Vigil looks at throw.
Object.defineProperty(globalThis, Symbol.for('opentelemetry.js.api.1'), {
  get() {
    throw new Error('broken\nsecond line');
  },
});
