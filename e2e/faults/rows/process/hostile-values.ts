import { type OtlpSink, startOtlpSink } from '../../../collector/otlp-sink.ts';
import type { FaultRow, RowContext, RowOutcome } from '../../row.ts';
import { runApplication, VIGIL, WITHOUT } from './application-run.ts';
import { claim, none } from './claim.ts';
import { collectorEnvironment } from './collector.ts';
import { lostOf, pagesOf, unaccounted } from './conservation.ts';
import { processRow } from './process-row.ts';

/** A span as OTLP's JSON form has it, as far as these rows look. */
interface SpanJson {
  readonly attributes?: readonly { readonly key: string; readonly value?: { readonly stringValue?: string } }[];
}
interface TracesJson {
  readonly resourceSpans?: readonly { readonly scopeSpans?: readonly { readonly spans?: readonly SpanJson[] }[] }[];
}

/** Decoded spans that came so far. */
export const spansIn = ({ received }: OtlpSink): SpanJson[] =>
  received
    .filter(({ signal }) => signal === 'traces')
    .flatMap(({ body }) => (body as TracesJson).resourceSpans ?? [])
    .flatMap(({ scopeSpans = [] }) => scopeSpans)
    .flatMap(({ spans = [] }) => spans);

const textOf = ({ attributes = [] }: SpanJson, key: string): string | undefined =>
  attributes.find((one) => one.key === key)?.value?.stringValue;

/** The bound of an encoded span, and what JSON's field names and quotes add to it. */
const SPAN_BYTES = 65_536;
const JSON_FACTOR = 4;

async function runHostile(cases: 'huge' | 'hostile', context: RowContext): Promise<RowOutcome> {
  const sink = await startOtlpSink();
  try {
    const env = { CASES: cases, ...collectorEnvironment(sink, 'hostile') };
    const options = { application: 'hostile-values.mjs', folder: context.folder, signal: context.signal };
    const without = await runApplication({ ...options, preload: WITHOUT, env });
    const run = await runApplication({ ...options, preload: VIGIL, env });
    context.progress(`${run.status} ${run.stderr.trim()}`);
    const names = (run.told.cases?.at(-1) ?? []) as readonly string[];
    const spans = spansIn(sink);
    const arrived = new Set(spans.map((span) => textOf(span, 'case')));
    const missing = names.filter((name) => !arrived.has(name));
    const { ledger } = run;
    const thrownOnlyHere = (run.told.thrown ?? []).filter((line) => !(without.told.thrown ?? []).includes(line));
    const largest = Math.max(...spans.map((span) => JSON.stringify(span).length));
    const counted = ledger === undefined ? 0 : lostOf(ledger);
    return {
      checks: [
        claim('I1', 'the application ends as without Vigil', run.status === without.status, run.status),
        none(
          'I1',
          `none of ${names.length} cases throws into the application`,
          thrownOnlyHere.map(String),
          names.length,
        ),
        claim(
          'I4',
          'lost − counted = 0',
          ledger !== undefined && unaccounted(ledger) === 0 && ledger.ended === run.told.made?.at(-1),
          ledger === undefined ? 'no ledger' : pagesOf(ledger),
        ),
        none(
          'I4',
          'the span of each case arrives with its other attribute, or is counted as oversize_span or encode_error',
          missing.length <= (ledger?.lost.oversize_span ?? 0) + (ledger?.lost.encode_error ?? 0) ? [] : missing,
          names.length,
        ),
        claim(
          'I4',
          'nothing else is lost',
          counted === missing.length,
          `${counted} counted: ${missing.join(', ') || 'none'}`,
        ),
        claim(
          'I3',
          `a span has at most ${SPAN_BYTES} bytes encoded`,
          largest <= SPAN_BYTES * JSON_FACTOR,
          `largest is ${largest} characters of JSON`,
        ),
        claim(
          'I1',
          'Object.prototype is as it was',
          run.told.prototype?.at(-1) === without.told.prototype?.at(-1),
          `${run.told.prototype?.at(-1)} properties`,
        ),
      ],
      figures: {
        cases: names.length,
        'spans at the sink': spans.length,
        'longest case': String(run.told.longest?.at(-1)),
        'longest case without Vigil': String(without.told.longest?.at(-1)),
      },
    };
  } finally {
    await sink.close();
  }
}

export const HOSTILE_VALUES: readonly FaultRow[] = [
  processRow({
    id: 'F28',
    fault: 'huge: values of 10 MB, 10,000 attributes, events and links, names of 1 MB, 10,000 arrays in each other',
    load: 'one span for each case',
    expected: 'cut at limits before it is copied; nothing throws; the rest of the span is kept',
    typicalSeconds: 6,
    run: (context) => runHostile('huge', context),
  }),
  processRow({
    id: 'F29',
    fault:
      'hostile values: cyclic, throwing getters, Proxies, Symbols, BigInt, lone surrogates, detached buffers, wrong calls',
    load: 'one span for each case',
    expected: 'nothing throws; the value is dropped, the rest of the span is kept',
    inSelection: true,
    typicalSeconds: 4,
    run: (context) => runHostile('hostile', context),
  }),
];
