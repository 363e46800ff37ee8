import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect } from '@jest/globals';
import type { LedgerSnapshot } from '@vigil/otlp-exporter/core';
import { noCollector, type RunningCollector, startCollector } from '../collector/running-collector.ts';
import { requires } from '../requirement.ts';
import { eventually } from '../stack/eventually.ts';
import { WORST_CASE_MILLIS } from '../stack/worst-case.ts';
import { type ApplicationReport, RunningApplication } from './running-application.ts';
import { type SpanIdSink, startSpanIdSink } from './span-id-sink.ts';

const test = requires(noCollector);

/** A wait for a collector that hangs or is away would be seconds; a crowded machine is late by less. */
const STALL_MILLIS_MAXIMUM = 1_500;
/** Three failures open the breaker; then one probe after 5 s, doubling. */
const REQUESTS_WHILE_DEAD_MAXIMUM = 8;
const FRESH_MILLIS = 500;
const STOP_MILLIS_MAXIMUM = 10_000;

const lostOf = ({ lost }: LedgerSnapshot): number => Object.values(lost).reduce((sum, count) => sum + count, 0);
const accountedFor = (ledger: LedgerSnapshot): number =>
  ledger.sampledOut + ledger.accepted + lostOf(ledger) + ledger.unconfirmed + ledger.queued + ledger.inflight;

interface Phase {
  readonly phase: string;
  readonly application: string;
  readonly requestsServed: number;
  readonly requestsSent: number;
  readonly longestStallMillis: number;
  readonly breaker: string;
}

let opened: { sink?: SpanIdSink; collector?: RunningCollector; applications: RunningApplication[] } = {
  applications: [],
};

afterEach(async () => {
  for (const application of opened.applications) application.kill();
  await opened.collector?.dispose();
  await opened.sink?.close();
  opened = { applications: [] };
});

/** Lets the applications run for so long and notes what they did meanwhile. */
async function phase(name: string, millis: number, applications: readonly RunningApplication[]): Promise<Phase[]> {
  // What was counted before the fault is in the reports by then.
  await sleep(FRESH_MILLIS);
  const before = applications.map((one) => ({ at: one.reports.length, ...one.now }));
  await sleep(millis);
  return applications.map((one, index): Phase => {
    const { at = 0, requests = 0, ledger } = before[index] ?? {};
    return {
      phase: name,
      application: one.options.name,
      requestsServed: one.now.requests - requests,
      requestsSent: one.now.ledger.requests - (ledger?.requests ?? 0),
      longestStallMillis: Math.round(Math.max(...one.reports.slice(at).map((report) => report.longestStallMillis))),
      breaker: one.now.ledger.breaker,
    };
  });
}

/** The collector crashes, hangs, and is away, in full traffic. */
async function runFaults(collector: RunningCollector, applications: readonly RunningApplication[]): Promise<Phase[]> {
  const phases: Phase[] = [];
  const during = async (name: string, millis: number) => phases.push(...(await phase(name, millis, applications)));
  await during('healthy', 3_000);
  await collector.end('SIGKILL');
  await during('killed', 2_000);
  await collector.start();
  await during('back', 6_000);
  collector.freeze();
  await during('frozen', 8_000);
  collector.thaw();
  await during('continued', 8_000);
  await collector.end('SIGTERM');
  await during('stopped', 10_000);
  await collector.start();
  for (const one of applications) {
    const { accepted } = one.now.ledger;
    await one.until('delivers again', ({ ledger }) => ledger.accepted > accepted && ledger.breaker === 'closed');
  }
  await during('started', 2_000);
  return phases;
}

const ledgerRow = ({ ledger, requests, errors, stopMillis }: ApplicationReport, unique: number) => ({
  requests,
  errors,
  ended: ledger.ended,
  sampledOut: ledger.sampledOut,
  accepted: ledger.accepted,
  ...Object.fromEntries(Object.entries(ledger.lost).filter(([, count]) => count > 0)),
  unconfirmed: ledger.unconfirmed,
  queued: ledger.queued,
  inflight: ledger.inflight,
  'in the store': unique,
  'HTTP requests': ledger.requests,
  'breaker opened': ledger.breakerOpened,
  'stop ms': Math.round(stopMillis ?? 0),
});

test('under load, with a collector killed, frozen and stopped: every span is accounted for, and what was accepted is in the store', async () => {
  const sink = await startSpanIdSink();
  opened.sink = sink;
  const collector = await startCollector({ sink: sink.url });
  opened.collector = collector;
  const url = `${collector.otlp}/v1/traces`;
  const applications = [
    new RunningApplication({
      name: 'light',
      kind: 'light',
      url,
      spansPerSecond: 1_200,
      ratio: 1,
      ringBytes: 8_388_608,
    }),
    // Half is sampled out, and its ring is too small for an outage: this one has to lose something.
    new RunningApplication({ name: 'sdk', kind: 'sdk', url, spansPerSecond: 600, ratio: 0.5, ringBytes: 131_072 }),
  ];
  opened.applications = applications;
  for (const one of applications) await one.until('delivers', ({ ledger }) => ledger.accepted > 0);

  const phases = await runFaults(collector, applications);
  const ends = await Promise.all(applications.map((one) => one.stop()));

  for (const [index, one] of applications.entries()) {
    const accepted = ends[index]?.ledger.accepted ?? 0;
    await eventually(
      `the store has all ${accepted} of ${one.options.name}`,
      WORST_CASE_MILLIS.redelivered,
      async () => {
        const unique = sink.spansOf(one.options.name).size;
        if (unique < accepted) throw new Error(`it has ${unique}`);
        return true;
      },
    );
  }
  await eventually('the queue of the collector is empty', WORST_CASE_MILLIS.redelivered, async () =>
    (await collector.metric('otelcol_exporter_queue_size')) === 0 ? true : undefined,
  );
  // What the collector has taken from its queue may still be on its way.
  await sleep(1_000);

  const rows = applications.map((one, index) => [
    one.options.name,
    ledgerRow(ends[index] as ApplicationReport, sink.spansOf(one.options.name).size),
  ]);
  console.info(`what the applications did meanwhile; ${sink.duplicates} spans came twice`);
  console.table(phases);
  console.info('their ledgers, in spans');
  console.table(Object.fromEntries(rows));

  for (const [index, one] of applications.entries()) {
    const end = ends[index] as ApplicationReport;
    const { ledger } = end;
    const unique = sink.spansOf(one.options.name).size;
    expect(ledger.ended).toBe(3 * end.requests);
    // Not only at the end: whenever it was looked at.
    for (const report of one.reports) expect(accountedFor(report.ledger)).toBe(report.ledger.ended);
    expect(ledger.queued + ledger.inflight).toBe(0);
    expect(unique).toBeGreaterThanOrEqual(ledger.accepted);
    expect(unique).toBeLessThanOrEqual(ledger.accepted + ledger.unconfirmed);
    expect(end.stopMillis).toBeLessThan(STOP_MILLIS_MAXIMUM);
    expect(ledger.breakerOpened).toBeGreaterThan(0);
  }
  expect(lostOf((ends[1] as ApplicationReport).ledger)).toBeGreaterThan(0);
  expect((ends[1] as ApplicationReport).ledger.sampledOut).toBeGreaterThan(0);
  for (const row of phases) {
    expect(row.longestStallMillis).toBeLessThan(STALL_MILLIS_MAXIMUM);
    expect(row.requestsServed).toBeGreaterThan(0);
    if (['frozen', 'stopped'].includes(row.phase))
      expect(row.requestsSent).toBeLessThanOrEqual(REQUESTS_WHILE_DEAD_MAXIMUM);
  }
});
