import type { StackUrls } from '@vigil/cli';
import type { LedgerSnapshot } from '@vigil/otlp-exporter/core';
import { type ApplicationReport, RunningApplication } from '../../../../pipeline/running-application.ts';
import type { Check } from '../../../row.ts';
import { judge, rounded } from './judgement.ts';
import { type SentSignal, SignalSender } from './signal-sender.ts';
import { storedItems, storedSpans } from './stored.ts';
import { pause, until, within } from './waiting.ts';

const SERVICE = 'bed-application';
const RING_BYTES = 8_388_608;
/** What waited on disk is sent again after 30 s and a half at the latest, with 10 s to try. */
const DRAIN_SECONDS_MAXIMUM = 150;
const STOP_SECONDS_MAXIMUM = 2;
/** A wait for a collector that hangs or is away would be seconds; a crowded machine is late by less. */
const STALL_MILLIS_MAXIMUM = 1_500;

const lostOf = ({ lost }: LedgerSnapshot): number => Object.values(lost).reduce((sum, count) => sum + count, 0);
const accountedFor = (ledger: LedgerSnapshot): number =>
  ledger.sampledOut + ledger.accepted + lostOf(ledger) + ledger.unconfirmed + ledger.queued + ledger.inflight;

/** What the load saw in a stretch of time. */
export interface Stretch {
  readonly seconds: number;
  /** Requests of the application to the collector, a minute. */
  readonly requestsPerMinute: number;
  readonly spansEnded: number;
}

/** One application with Vigil in full traffic, beside it a sender of metrics and logs: what a collector carries. */
export class StackLoad {
  readonly application: RunningApplication;
  readonly sender: SignalSender;
  readonly from = Date.now();
  readonly #urls: StackUrls;
  readonly #signal: AbortSignal;

  private constructor(urls: StackUrls, signal: AbortSignal, spansPerSecond: number) {
    this.#urls = urls;
    this.#signal = signal;
    const url = `${urls.otlp}/v1/traces`;
    this.application = new RunningApplication({
      name: SERVICE,
      kind: 'light',
      url,
      spansPerSecond,
      ratio: 1,
      ringBytes: RING_BYTES,
    });
    this.sender = new SignalSender(urls.otlp);
  }

  /** Starts it and waits until the collector accepts its spans. */
  static async start(urls: StackUrls, signal: AbortSignal, spansPerSecond = 300): Promise<StackLoad> {
    const load = new StackLoad(urls, signal, spansPerSecond);
    try {
      await load.application.until('delivers', ({ ledger }) => ledger.accepted > 0);
      return load;
    } catch (error) {
      await load.dispose();
      throw error;
    }
  }

  get ledger(): LedgerSnapshot {
    return this.application.now.ledger;
  }

  /** Lets everything run for so long and tells what the application did to the collector meanwhile. */
  async during(seconds: number): Promise<Stretch> {
    const before = this.ledger;
    await pause(seconds, this.#signal);
    return {
      seconds,
      requestsPerMinute: rounded(((this.ledger.requests - before.requests) / seconds) * 60),
      spansEnded: this.ledger.ended - before.ended,
    };
  }

  /** Seconds until the collector accepts spans again and the breaker is closed. @throws when that takes minutes. */
  async recovery(): Promise<number> {
    const { accepted } = this.ledger;
    const { seconds } = await until('the application delivers again', 90, this.#signal, async () =>
      this.ledger.accepted > accepted && this.ledger.breaker === 'closed' ? true : undefined,
    );
    return rounded(seconds);
  }

  /** Ends the traffic; the application flushes and shuts down. */
  async stop(): Promise<StoppedLoad> {
    const [end] = await Promise.all([this.application.stop(), this.sender.stop()]);
    return new StoppedLoad(this, end, this.#urls, this.#signal);
  }

  async dispose(): Promise<void> {
    this.application.kill();
    await this.sender.stop();
  }
}

/** A load that has ended, to be compared with what the stores hold. */
export class StoppedLoad {
  readonly end: ApplicationReport;
  readonly #load: StackLoad;
  readonly #urls: StackUrls;
  readonly #signal: AbortSignal;
  readonly #to = Date.now();

  constructor(load: StackLoad, end: ApplicationReport, urls: StackUrls, signal: AbortSignal) {
    this.#load = load;
    this.end = end;
    this.#urls = urls;
    this.#signal = signal;
  }

  /** What must hold for the application whatever the stack did. */
  applicationChecks(): Check[] {
    const { ledger, stopMillis = 0 } = this.end;
    const { reports } = this.#load.application;
    const unbalanced = reports.filter((report) => accountedFor(report.ledger) !== report.ledger.ended).length;
    const stall = Math.max(...reports.map((report) => report.longestStallMillis));
    return [
      judge('I1', 'the application ends with exit code 0', true, `0, ${this.end.requests} requests served`),
      judge(
        'I2',
        `its event loop never stands still for ${STALL_MILLIS_MAXIMUM} ms`,
        stall < STALL_MILLIS_MAXIMUM,
        `longest ${Math.round(stall)} ms`,
      ),
      judge(
        'I4',
        'ended = sampled out + accepted + lost + unconfirmed + queued + in flight, whenever it was looked at',
        unbalanced === 0 && ledger.queued + ledger.inflight === 0,
        `${reports.length} reports, ${unbalanced} unbalanced; at the end ${ledger.ended} ended, ${ledger.accepted} accepted, ${lostOf(ledger)} lost, ${ledger.unconfirmed} unconfirmed`,
      ),
      judge(
        'I8',
        `flush and shutdown take at most ${STOP_SECONDS_MAXIMUM} s`,
        stopMillis <= STOP_SECONDS_MAXIMUM * 1_000,
        `${Math.round(stopMillis)} ms`,
      ),
    ];
  }

  /** Spans: accepted ≤ unique ids in Jaeger ≤ accepted + unconfirmed. Waits until what is missing has come. */
  async spanChecks(): Promise<{ checks: Check[]; seconds: number; unique: number }> {
    const { accepted, unconfirmed } = this.end.ledger;
    let unique = 0;
    const arrived = await within(DRAIN_SECONDS_MAXIMUM, this.#signal, async () => {
      unique = (await storedSpans(this.#urls, SERVICE, this.#load.from, this.#to)).size;
      return unique >= accepted ? unique : undefined;
    });
    const check = judge(
      'I4',
      'accepted spans ≤ spans in Jaeger ≤ accepted + unconfirmed',
      unique >= accepted && unique <= accepted + unconfirmed,
      `${accepted} accepted, ${unique} in Jaeger, ${unconfirmed} unconfirmed`,
    );
    return { checks: [check], seconds: rounded(arrived?.seconds ?? DRAIN_SECONDS_MAXIMUM), unique };
  }

  /** Points and lines: everything that was answered with 200 is in its store, and nothing that was refused. */
  async itemChecks(signal: SentSignal): Promise<{ checks: Check[]; seconds: number }> {
    const { accepted, refused, unanswered } = this.#load.sender.ledgers[signal];
    let stored = new Set<string>();
    let missing = [...accepted];
    const arrived = await within(DRAIN_SECONDS_MAXIMUM, this.#signal, async () => {
      stored = await storedItems(this.#urls, signal, this.#load.from);
      missing = [...accepted].filter((id) => !stored.has(id));
      return missing.length === 0 ? true : undefined;
    });
    const uninvited = [...stored].filter((id) => !accepted.has(id) && !unanswered.has(id)).length;
    const statuses = [...refused].map(([status, count]) => `${count} × ${status}`).join(', ') || '0';
    const store = signal === 'metrics' ? 'Prometheus' : 'Loki';
    const check = judge(
      'I4',
      `every ${signal === 'metrics' ? 'point' : 'log line'} that was answered with 200 is in ${store}`,
      missing.length === 0,
      `${accepted.size} accepted, ${missing.length} missing${missing[0] === undefined ? '' : ` (first ${missing[0]})`}; refused ${statuses}; unanswered ${unanswered.size}; refused and yet stored ${uninvited}`,
    );
    return { checks: [check], seconds: rounded(arrived?.seconds ?? DRAIN_SECONDS_MAXIMUM) };
  }
}
