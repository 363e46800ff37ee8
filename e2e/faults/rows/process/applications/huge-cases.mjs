const MB = 1_000_000;
const many = (count, make) => Array.from({ length: count }, (_, index) => make(index));
const deep = (levels, wrap, inner) => many(levels, () => 0).reduce((value) => wrap(value), inner);
const context = (index) => ({
  traceId: index.toString(16).padStart(32, '1'),
  spanId: index.toString(16).padStart(16, '1'),
  traceFlags: 1,
});

/** What is larger than anybody would send on purpose. */
export const HUGE = {
  'value of 10 MB': (span) => span.setAttribute('value', 'x'.repeat(10 * MB)),
  'value of 10 MB, two bytes a character': (span) => span.setAttribute('value', 'ü'.repeat(5 * MB)),
  'key of 1 MB': (span) => span.setAttribute('k'.repeat(MB), 1),
  'name of 1 MB': (span) => span.updateName('n'.repeat(MB)),
  '10,000 attributes one by one': (span) => {
    for (let index = 0; index < 10_000; index += 1) span.setAttribute(`key.${index}`, index);
  },
  '10,000 attributes at once': (span) =>
    span.setAttributes(Object.fromEntries(many(10_000, (index) => [`key.${index}`, index]))),
  '10,000 events': (span) => {
    for (let index = 0; index < 10_000; index += 1) span.addEvent(`event ${index}`, { index });
  },
  'event of 10,000 attributes': (span) =>
    span.addEvent('event', Object.fromEntries(many(10_000, (index) => [`key.${index}`, index]))),
  'event name of 1 MB': (span) => span.addEvent('e'.repeat(MB)),
  '10,000 links': (span) => span.addLinks(many(10_000, (index) => ({ context: context(index) }))),
  'links at the start': (_, tracer) =>
    tracer.startSpan('linked', {
      links: many(10_000, (index) => ({ context: context(index), attributes: { index } })),
    }),
  '64 arrays in each other': (span) =>
    span.setAttribute(
      'value',
      deep(64, (value) => [value], 1),
    ),
  '10,000 arrays in each other': (span) =>
    span.setAttribute(
      'value',
      deep(10_000, (value) => [value], 1),
    ),
  '64 objects in each other': (span) =>
    span.setAttribute(
      'value',
      deep(64, (value) => ({ value }), 1),
    ),
  '10,000 objects in each other': (span) =>
    span.setAttribute(
      'value',
      deep(10_000, (value) => ({ value }), 1),
    ),
  'array of 1,000,000 numbers': (span) =>
    span.setAttribute(
      'value',
      many(MB, (index) => index),
    ),
  'array of 10,000 strings of 1 kB': (span) =>
    span.setAttribute(
      'value',
      many(10_000, () => 'x'.repeat(1_000)),
    ),
  '65,536 leaves in 8 levels': (span) => {
    const wide = (level) => (level === 0 ? 'leaf' : many(4, () => wide(level - 1)));
    span.setAttribute('value', wide(8));
  },
  '100 attributes of 10 kB': (span) => {
    for (let index = 0; index < 100; index += 1) span.setAttribute(`key.${index}`, 'x'.repeat(10_000));
  },
  'bytes of 10 MB': (span) => span.setAttribute('value', new Uint8Array(10 * MB)),
  'exception of 1 MB': (span) => span.recordException(new Error('m'.repeat(MB))),
  'status message of 1 MB': (span) => span.setStatus({ code: 2, message: 's'.repeat(MB) }),
  'sparse array of 4 billion': (span) => {
    const sparse = [];
    sparse.length = 2 ** 32 - 1;
    span.setAttribute('value', sparse);
  },
};
