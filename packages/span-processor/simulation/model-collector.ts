import { gunzipSync } from 'node:zlib';
import type { Attempt, AttemptOutcome, Signal, Transport } from '@vigil/otlp-exporter/core';
import type { EventLog } from './event-log.ts';
import { type Mood, moodText, retryAfterText } from './mood.ts';
import type { Oracle } from './oracle.ts';
import { partialSuccessBody } from './partial-success.ts';
import { type ReceivedSpan, walkTraceRequest } from './request-walk.ts';
import type { SeededRandom } from './seeded-random.ts';
import { Violation } from './violation.ts';
import type { Scheduled, Thread, VirtualTime } from './virtual-time.ts';

/** One request, as the wire and the monitors see it. */
export interface Request {
  readonly id: number;
  readonly signal: Signal;
  readonly attempt: Attempt;
  /** Same bytes, same hash: a retry is known by it. */
  readonly bodyHash: string;
  readonly spans: readonly ReceivedSpan[];
  readonly sentAt: number;
  /** Which life of the worker sent it. */
  readonly life: number;
  readonly mood: Mood;
}

export interface TrafficMonitor {
  sent(request: Request): void;
  settled(request: Request, outcome: AttemptOutcome, rejected: number): void;
  /** The loop has worked on the last outcome, or died of it. */
  answered(): void;
}

export interface CollectorOptions {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly log: EventLog;
  readonly oracle: Oracle;
  readonly monitor: TrafficMonitor;
  /** The collector's own clock: the true one. */
  readonly trueEpochMillis: () => number;
}

interface Open {
  readonly request: Request;
  /** When every byte has left, if nothing happens before; the moment from which the collector may have it. */
  readonly bodyArrived: Scheduled;
  isBodyThere: boolean;
  readonly settle: (outcome: AttemptOutcome) => void;
}

const EMPTY = new Uint8Array(0);
const NO_SPANS: readonly ReceivedSpan[] = [];

const hashOf = (bytes: Uint8Array): string => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < bytes.length; index++) hash = Math.imul(hash ^ (bytes[index] as number), 0x01000193);
  return `${bytes.length}:${hash >>> 0}`;
};

/** The collector and the wire to it, as a Transport that keeps its contract: settles once, never synchronously, never late. */
export class ModelCollector {
  mood: Mood = { kind: 'accept', millis: 4 };
  /** A path of its own may be treated otherwise: `404` for logs only. */
  readonly pathMoods = new Map<Signal, Mood>();
  requests = 0;
  readonly #options: CollectorOptions;
  readonly #open = new Set<Open>();

  constructor(options: CollectorOptions) {
    this.#options = options;
  }

  /** The wire of one life of the worker (`thread` says where its answers arrive). */
  transport(life: number, thread: Thread): Transport {
    return {
      send: (attempt, settled) => this.#send(attempt, settled, life, thread),
      close: () => {
        for (const open of [...this.#open]) {
          if (open.request.life !== life) continue;
          this.#options.time.cancel(open.bodyArrived);
          const outcome: AttemptOutcome = { kind: 'failed', reason: 'network', maybeAccepted: open.isBodyThere };
          this.#options.time.schedule('world', 0, 'closed', () => open.settle(outcome));
        }
      },
    };
  }

  /** The worker is dead: its sockets break. What was under way may still arrive, and no answer reaches anybody. */
  disconnect(life: number): void {
    for (const open of [...this.#open]) {
      if (open.request.life !== life) continue;
      if (!open.isBodyThere && this.#options.random.chance(0.5)) this.#options.time.cancel(open.bodyArrived);
      this.#open.delete(open);
    }
  }

  get openRequests(): number {
    return this.#open.size;
  }

  #send(attempt: Attempt, settled: (outcome: AttemptOutcome) => void, life: number, thread: Thread): void {
    const { time, log, monitor, random } = this.#options;
    this.requests += 1;
    const plain = this.#plainBody(attempt);
    const spans = attempt.signal === 'traces' ? this.#spansOf(plain) : NO_SPANS;
    const mood = this.#moodFor(attempt.signal);
    const request: Request = {
      id: this.requests,
      signal: attempt.signal,
      attempt,
      bodyHash: hashOf(plain),
      spans,
      sentAt: time.now,
      life,
      mood,
    };
    log.add(
      time.now,
      `request ${request.id} ${attempt.signal} ${attempt.body.length} B ${spans.length} spans: ${moodText(mood)}`,
    );
    monitor.sent(request);
    const upload = 0.2 + random.next() * 2 + attempt.body.length / 50_000;
    let isSettled = false;
    const settle = (outcome: AttemptOutcome, rejected = 0) => {
      if (isSettled || !this.#open.has(open)) return;
      isSettled = true;
      this.#open.delete(open);
      time.cancel(timeout);
      time.schedule(thread, 0, `answer ${request.id}`, () => {
        if (this.#isGone(life)) return;
        log.add(time.now, `answer ${request.id}: ${outcomeText(outcome)}`);
        monitor.settled(request, outcome, rejected);
        settled(outcome);
        monitor.answered();
      });
    };
    const open: Open = {
      request,
      isBodyThere: false,
      settle,
      bodyArrived: time.schedule('world', upload, `body ${request.id}`, () => {
        open.isBodyThere = true;
        this.#answer(request, settle);
      }),
    };
    this.#open.add(open);
    const timeout = time.schedule('world', attempt.deadlineMillis, `deadline ${request.id}`, () => {
      time.cancel(open.bodyArrived);
      settle({ kind: 'failed', reason: 'timeout', maybeAccepted: open.isBodyThere });
    });
    this.#breakEarly(mood, upload, open, settle);
  }

  /** Lives that ended; their answers reach nobody. */
  readonly #gone = new Set<number>();
  #isGone(life: number): boolean {
    return this.#gone.has(life);
  }
  bury(life: number): void {
    this.#gone.add(life);
    this.disconnect(life);
  }

  #plainBody({ body, contentEncoding }: Attempt): Uint8Array {
    const isGzip = body[0] === 0x1f && body[1] === 0x8b;
    if (isGzip !== (contentEncoding === 'gzip'))
      throw new Violation('payload', `content encoding ${contentEncoding} does not name what the body is`);
    return isGzip ? gunzipSync(body) : body;
  }

  #spansOf(plain: Uint8Array): readonly ReceivedSpan[] {
    let spans: readonly ReceivedSpan[];
    try {
      spans = walkTraceRequest(plain);
    } catch (error) {
      throw new Violation('payload', `a request is no ExportTraceServiceRequest: ${String(error)}`);
    }
    for (const span of spans) {
      this.#options.oracle.check(span);
      this.#options.oracle.send(span.number);
    }
    if (spans.length === 0) throw new Violation('payload', 'a request without spans');
    return spans;
  }

  #moodFor(signal: Signal): Mood {
    const mood = this.pathMoods.get(signal) ?? this.mood;
    if (mood.kind !== 'flaky') return mood;
    return this.#options.random.chance(mood.failing)
      ? { kind: 'refuse', statusCode: 503, retryAfter: undefined }
      : { kind: 'accept', millis: 4 };
  }

  #breakEarly(mood: Mood, upload: number, open: Open, settle: Open['settle']): void {
    const { time } = this.#options;
    const fail = (outcome: AttemptOutcome, millis: number) =>
      time.schedule('world', millis, `broken ${open.request.id}`, () => {
        if (open.isBodyThere) return;
        time.cancel(open.bodyArrived);
        settle(outcome);
      });
    if (mood.kind === 'unreachable') {
      fail({ kind: 'failed', reason: mood.reason, maybeAccepted: false }, mood.reason === 'dns' ? upload * 0.9 : 0.1);
    } else if (mood.kind === 'reset' && mood.after !== 'body') {
      const millis = mood.after === 'connect' ? 0.1 : upload / 2;
      fail({ kind: 'failed', reason: 'ECONNRESET', maybeAccepted: false }, millis);
    }
  }

  #take(request: Request, count = request.spans.length): void {
    for (const { number } of request.spans.slice(0, count)) this.#options.oracle.receive(number);
  }

  #answer(request: Request, settle: (outcome: AttemptOutcome, rejected?: number) => void): void {
    const { time, random, trueEpochMillis } = this.#options;
    const { mood } = request;
    const answer = (statusCode: number, more: Partial<AttemptOutcome> = {}, rejected = 0, millis = random.next() * 5) =>
      time.schedule('world', millis, `answering ${request.id}`, () =>
        settle(
          {
            kind: 'answered',
            statusCode,
            retryAfter: undefined,
            contentType: undefined,
            body: EMPTY,
            ...more,
          } as AttemptOutcome,
          rejected,
        ),
      );
    switch (mood.kind) {
      case 'accept':
        this.#take(request);
        answer(200, {}, 0, mood.millis * (0.8 + random.next() * 0.4));
        break;
      case 'refuse':
        if (mood.statusCode >= 200 && mood.statusCode < 300) this.#take(request);
        answer(mood.statusCode, {
          retryAfter: retryAfterText(mood.retryAfter, trueEpochMillis()),
        } as Partial<AttemptOutcome>);
        break;
      case 'hang':
        if (mood.takes) this.#take(request);
        break;
      case 'drip':
        // The head of the answer has come, its body never ends: the deadline settles it.
        if (mood.takes) this.#take(request);
        break;
      case 'reset':
        if (mood.takes) this.#take(request);
        time.schedule('world', random.next() * 3, `reset ${request.id}`, () =>
          settle({ kind: 'failed', reason: 'ECONNRESET', maybeAccepted: true }),
        );
        break;
      case 'partial':
        this.#partial(request, mood, answer);
        break;
      case 'garbage': {
        if (mood.statusCode < 300) this.#take(request);
        const body = Uint8Array.from({ length: random.integer(0, 64) }, () => 0x80 | random.integer(0, 127));
        answer(mood.statusCode, {
          contentType: random.pick(['text/html', undefined, 'application/grpc']),
          body,
        } as Partial<AttemptOutcome>);
        break;
      }
      case 'limit': {
        const fits = request.attempt.body.length <= mood.bytes;
        if (fits) this.#take(request);
        answer(fits ? 200 : 413);
        break;
      }
      default:
        throw new Error(`mood ${mood.kind} answers nothing`);
    }
  }

  #partial(
    request: Request,
    mood: Mood & { kind: 'partial' },
    answer: (statusCode: number, more: Partial<AttemptOutcome>, rejected: number) => void,
  ): void {
    const count = Math.max(1, request.spans.length);
    const stated = { some: Math.ceil(count / 3), all: count, more: count + 7, negative: -3, none: 0 }[mood.rejected];
    const rejected = Math.min(count, Math.max(0, stated));
    this.#take(request, count - rejected);
    answer(200, partialSuccessBody(stated, mood.json) as Partial<AttemptOutcome>, rejected);
  }
}

export const outcomeText = (outcome: AttemptOutcome): string =>
  outcome.kind === 'answered'
    ? `${outcome.statusCode}${outcome.retryAfter === undefined ? '' : ` Retry-After "${outcome.retryAfter}"`}`
    : `${outcome.reason}${outcome.maybeAccepted ? ', may be accepted' : ''}`;
