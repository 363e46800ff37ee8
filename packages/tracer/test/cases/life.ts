import { SpanKind } from '@opentelemetry/api';
import { type Case, startUntyped } from '../same-span.ts';

export const LIFE: readonly Case[] = [
  {
    claim: 'a span that did nothing has a name, kind internal, and ends',
    run: ({ tracer }) => tracer.startSpan('work').end(),
  },
  ...Object.entries(SpanKind)
    .filter((entry): entry is [string, SpanKind] => typeof entry[1] === 'number')
    .map(
      ([name, kind]) =>
        ({
          claim: `kind ${name}`,
          run: ({ tracer }) => tracer.startSpan('work', { kind }).end(),
        }) satisfies Case,
    ),
  {
    claim: 'the last updateName wins, none counts after the end',
    run({ tracer }) {
      const span = tracer.startSpan('GET');
      span.updateName('GET /orders');
      span.updateName('GET /orders/:id');
      span.end();
      span.updateName('late');
    },
  },
  {
    claim: 'records until end and not after',
    run({ tracer, observe }) {
      const span = tracer.startSpan('work');
      observe(span.isRecording());
      span.end();
      observe(span.isRecording());
    },
  },
  {
    claim: 'every writing method returns the span, before and after the end',
    run({ tracer, observe }) {
      const span = tracer.startSpan('work');
      const link = { context: span.spanContext() };
      for (const end of [false, true]) {
        if (end) span.end();
        observe(span.setAttribute('a', 1) === span);
        observe(span.setAttributes({ b: 2 }) === span);
        observe(span.addEvent('e') === span);
        observe(span.addLink(link) === span);
        observe(span.addLinks([link]) === span);
        observe(span.setStatus({ code: 1 }) === span);
        observe(span.updateName('n') === span);
      }
    },
  },
  {
    claim: 'nothing written after the end is kept, and nothing is counted as dropped',
    run({ tracer }) {
      const span = tracer.startSpan('work');
      span.end();
      span.setAttribute('a', 1).setAttributes({ b: 2 }).addEvent('e').setStatus({ code: 2, message: 'late' });
      span.addLink({ context: span.spanContext() });
      span.recordException(new Error('late'));
    },
  },
  {
    claim: 'the second end is ignored: one export, first end time',
    run({ tracer }) {
      const span = tracer.startSpan('work', { startTime: 1_000_000_000_000 });
      span.end(1_000_000_001_000);
      span.end(1_000_000_009_000);
    },
  },
  {
    claim: 'spanContext is the same object at every call, also after the end',
    run({ tracer, observe }) {
      const span = tracer.startSpan('work');
      const context = span.spanContext();
      span.end();
      observe(context === span.spanContext());
      observe(context);
    },
  },
  {
    claim: 'tracers of different name, version or schema URL are different, else the same',
    run({ getTracer, observe }) {
      const [plain, versioned] = [getTracer('a'), getTracer('a', '1', { schemaUrl: 'u' })];
      observe(plain === getTracer('a'));
      observe(getTracer('a') === getTracer('b'));
      observe(getTracer('a', '1') === getTracer('a', '2'));
      observe(getTracer('a', '1', { schemaUrl: 'u' }) === getTracer('a', '1', { schemaUrl: 'v' }));
      observe(versioned === getTracer('a', '1', { schemaUrl: 'u' }));
    },
  },
  {
    claim: 'the scope has name, version and schema URL of its tracer',
    run({ getTracer }) {
      getTracer('lib').startSpan('one').end();
      getTracer('lib', '1.0.0').startSpan('two').end();
      getTracer('lib', '1.0.0', { schemaUrl: 'https://opentelemetry.io/schemas/1.45.0' }).startSpan('three').end();
    },
  },
  {
    claim: 'a tracer without a name works',
    run({ getTracer }) {
      getTracer('').startSpan('work').end();
    },
  },
  {
    claim: 'spans are exported in the order they end',
    run({ tracer }) {
      const [first, second] = [tracer.startSpan('first'), tracer.startSpan('second')];
      second.end();
      first.end();
    },
  },
  {
    claim: 'a name that is no string becomes one',
    run: ({ tracer }) => startUntyped(tracer, 17).end(),
    differs: {
      because: 'the SDK exports whatever it was given, which no wire format takes',
      ours: (sdk) => ({ ...sdk, spans: sdk.spans.map((span) => ({ ...span, name: '17' })) }),
    },
  },
  {
    claim: 'options null are no options',
    run: ({ tracer }) => startUntyped(tracer, 'work', null).end(),
    differs: {
      because: 'the SDK throws into the application',
      ours: () => ({
        observed: [],
        threw: false,
        spans: [
          {
            name: 'work',
            kind: 0,
            context: ['2'.padStart(32, '0'), '1'.padStart(16, '0'), 1, '', false],
            parentSpanId: '',
            parentIsRemote: false,
            start: 'now',
            end: 'now',
            duration: 'measured',
            status: { code: 0, message: '' },
            attributes: {},
            events: [],
            links: [],
            ended: true,
            scope: ['shop', '1.2.3', ''],
            resource: { 'service.name': 'shop', 'host.id': 7 },
            dropped: [0, 0, 0],
          },
        ],
      }),
    },
  },
];
