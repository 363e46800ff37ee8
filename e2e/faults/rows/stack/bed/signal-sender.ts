import { setTimeout } from 'node:timers/promises';

const ITEMS = 5;
const PERIOD_MILLIS = 200;
const TIMEOUT_MILLIS = 5_000;
/** A collector that hangs must not make the sender grow. */
const IN_FLIGHT_MAXIMUM = 4;

export type SentSignal = 'metrics' | 'logs';

/** What became of what was sent, by item. */
export interface SenderLedger {
  /** Answered with 200: these must arrive. */
  readonly accepted: Set<string>;
  /** Answered otherwise, by status: these may not be lost without the sender knowing, so they were refused in time. */
  readonly refused: Map<number, number>;
  /** No answer came: these may have arrived. */
  readonly unanswered: Set<string>;
  /** Items sent. */
  sent: number;
}

const emptyLedger = (): SenderLedger => ({
  accepted: new Set(),
  refused: new Map(),
  unanswered: new Set(),
  sent: 0,
});

export const SENDER_SERVICE = 'bed-sender';
export const SENDER_METRIC = 'bed_points';
const resource = { attributes: [{ key: 'service.name', value: { stringValue: SENDER_SERVICE } }] };
const scope = { name: 'bed' };

/** A metrics request: one point of each of five series, all of one millisecond; ids are `<series>@<millisecond>`. */
function metricsRequest(millis: number): { ids: string[]; body: unknown } {
  const numbers = Array.from({ length: ITEMS }, (_, index) => index);
  const dataPoints = numbers.map((series) => ({
    timeUnixNano: `${millis}000000`,
    asDouble: 1,
    attributes: [{ key: 'series', value: { stringValue: String(series) } }],
  }));
  const metrics = [{ name: SENDER_METRIC, gauge: { dataPoints } }];
  return {
    ids: numbers.map((series) => `${series}@${millis}`),
    body: { resourceMetrics: [{ resource, scopeMetrics: [{ scope, metrics }] }] },
  };
}

/** A logs request of five lines; the line is its id. */
function logsRequest(millis: number): { ids: string[]; body: unknown } {
  const ids = Array.from({ length: ITEMS }, (_, index) => `line ${index}@${millis}`);
  const logRecords = ids.map((id) => ({
    timeUnixNano: `${millis}000000`,
    severityNumber: 9,
    body: { stringValue: id },
  }));
  return { ids, body: { resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords }] }] } };
}

/** Sends metrics and logs to a collector, five requests of five items a second and signal, without trying again. */
export class SignalSender {
  readonly ledgers: Readonly<Record<SentSignal, SenderLedger>> = { metrics: emptyLedger(), logs: emptyLedger() };
  readonly #otlp: string;
  readonly #running: Promise<void>[];
  #stopped = false;

  constructor(otlp: string) {
    this.#otlp = otlp;
    this.#running = [this.#send('metrics', metricsRequest), this.#send('logs', logsRequest)];
  }

  /** Ends when the last request has got its answer, or none. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running);
  }

  async #send(signal: SentSignal, make: typeof metricsRequest): Promise<void> {
    const inFlight = new Set<Promise<void>>();
    let last = 0;
    while (!this.#stopped) {
      last = Math.max(Date.now(), last + 1);
      const { ids, body } = make(last);
      const request = this.#post(signal, ids, JSON.stringify(body)).finally(() => inFlight.delete(request));
      inFlight.add(request);
      if (inFlight.size >= IN_FLIGHT_MAXIMUM) await Promise.race(inFlight);
      await setTimeout(PERIOD_MILLIS);
    }
    await Promise.all(inFlight);
  }

  async #post(signal: SentSignal, ids: readonly string[], body: string): Promise<void> {
    const ledger = this.ledgers[signal];
    ledger.sent += ids.length;
    try {
      const response = await fetch(`${this.#otlp}/v1/${signal}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        signal: AbortSignal.timeout(TIMEOUT_MILLIS),
      });
      await response.arrayBuffer();
      if (response.status === 200) for (const id of ids) ledger.accepted.add(id);
      else ledger.refused.set(response.status, (ledger.refused.get(response.status) ?? 0) + ids.length);
    } catch {
      for (const id of ids) ledger.unanswered.add(id);
    }
  }
}
