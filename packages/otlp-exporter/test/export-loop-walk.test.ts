import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { abandonQueue, settleWorker } from '../src/ledger/settle-worker.ts';
import { RETRY_AFTER_MILLIS_MAXIMUM } from '../src/retry/back-off.ts';
import { type Ambush, interruptAtAtomics, Killed } from './interrupt-at-atomics.ts';
import { createLoopPipeline } from './loop-pipeline.ts';
import { type Answer, answer, type Step, step } from './loop-step.ts';
import { spanNumbers } from './numbered-span.ts';
import { answered, ScriptedTransport, type SeenAttempt } from './scripted-transport.ts';

/** One pipeline with everything that can happen to it, and the receiver's own book of what it has. */
function createWalk() {
  const packings: (() => void)[] = [];
  let packsFail = false;
  let healed = false;
  const pipeline = createLoopPipeline({
    ringBytes: 16_384,
    limits: { submittedBytesMaximum: 5_000 },
    compress: (body, _encoding, compressed) => {
      const fails = packsFail;
      if (healed) compressed(body);
      else packings.push(() => compressed(fails ? undefined : body));
    },
  });
  const { memory, time, pipe } = pipeline;
  const delivered = new Set<number>();
  let transport = pipeline.transport;
  const past: SeenAttempt[] = [];
  /** Submissions and flushes without an answer. */
  const waiting = new Set<object>();
  let life = 0;
  let ambush: Ambush = { left: Number.POSITIVE_INFINITY, delivers: false, strike: () => undefined };
  let isDying = false;

  /** An answer that must come once, from the loop that was asked; a loop that died may stay silent. */
  function awaitOnce(): () => void {
    const asked = { life };
    waiting.add(asked);
    return () => {
      if (!waiting.delete(asked) && asked.life === life) pipeline.failures.push(new Error('answered twice'));
    };
  }

  function deliver(body: Uint8Array, rejects: number): void {
    for (const number of spanNumbers(body).slice(rejects)) delivered.add(number);
  }

  function give(attempt: SeenAttempt, { outcome, delivers, rejects = 0 }: Answer): void {
    if (delivers && attempt.signal === 'traces') deliver(attempt.body, rejects);
    attempt.settle(outcome);
  }

  /** The worker is gone; loud: what it awaited still calls back, into a loop that must be dead. */
  function die(isLoud: boolean, delivers: boolean): void {
    const lost = transport;
    // What is on its way arrives, whether or not anybody is left to hear of it.
    if (delivers) for (const { signal, body } of lost.open) if (signal === 'traces') deliver(body, 0);
    settleWorker(memory);
    if (isLoud) {
      for (const attempt of lost.open) give(attempt, { outcome: answered(200), delivers: true });
      for (const packed of packings.splice(0)) packed();
      pipeline.loop.wake();
    } else packings.length = 0;
    past.push(...lost.attempts);
    transport = new ScriptedTransport();
    pipeline.loop = pipeline.startLoop(transport);
    life += 1;
    waiting.clear();
  }

  const walk = {
    pipeline,
    delivered,
    apply(entry: Step): void {
      if (entry.do === 'ambush') {
        const strike = () => {
          if (entry.how === 'offer') {
            pipeline.offer(1, 50, true);
            return;
          }
          // From here on every operation fails: nothing the loop still does has an effect.
          isDying = true;
          ambush.left = 1;
          throw new Killed();
        };
        ambush = { left: entry.at + 1, delivers: entry.delivers, strike };
        return;
      }
      if (['offer', 'flood', 'die'].includes(entry.do)) {
        this.act(entry);
        return;
      }
      try {
        interruptAtAtomics(ambush, () => this.act(entry));
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
      }
      if (!isDying) return;
      isDying = false;
      ambush = { ...ambush, left: Number.POSITIVE_INFINITY };
      pipeline.failures.length = 0;
      die(false, ambush.delivers);
    },
    act(entry: Exclude<Step, { do: 'ambush' }>): void {
      if (entry.do === 'offer') pipeline.offer(entry.n, entry.bytes, entry.n % 3 === 0);
      else if (entry.do === 'flood') while (pipeline.offer(1, entry.bytes) === 1);
      else if (entry.do === 'pass') time.advance(entry.millis);
      else if (entry.do === 'wake') pipeline.loop.wake();
      else if (entry.do === 'die') die(entry.isLoud, entry.delivers);
      else if (entry.do === 'packed') {
        packsFail = entry.fails;
        packings.shift()?.();
      } else if (entry.do === 'flush') {
        pipeline.loop.flush(awaitOnce());
      } else if (entry.do === 'submit') {
        pipeline.loop.submit('metrics', new Uint8Array(entry.bytes), 3, awaitOnce());
      } else if (entry.do === 'answer') {
        const open = transport.open[entry.which] ?? transport.open[0];
        if (open !== undefined) give(open, entry.answer);
      } else {
        const all = [...past, ...transport.attempts].filter(({ settled }) => settled);
        all[entry.which % Math.max(1, all.length)]?.settle(entry.answer.outcome);
      }
    },
    /** Everything works again: the queue empties by itself within the longest wait there is, and new spans get through. */
    heal(): void {
      healed = true;
      transport.automatic = (attempt) => {
        time.set(() => give(attempt, { outcome: answered(200), delivers: true }), 5);
        return undefined;
      };
      for (const packed of packings.splice(0)) packed();
      for (const attempt of transport.open) give(attempt, { outcome: answered(200), delivers: true });
      time.advance(RETRY_AFTER_MILLIS_MAXIMUM + 60_000);
      pipeline.offer(3);
      time.advance(1_000);
    },
    drain(timeoutMillis: number, answers: readonly Answer[]): boolean {
      let ended = false;
      pipe.close();
      pipeline.loop.drain(timeoutMillis, () => {
        ended = true;
      });
      for (const next of answers) {
        packings.shift()?.();
        const open = transport.open[0];
        if (open !== undefined) give(open, next);
        time.advance(timeoutMillis / 10);
      }
      time.advance(timeoutMillis);
      return ended;
    },
    get unanswered() {
      return waiting.size;
    },
  };
  return walk;
}

test('every span stays accounted for after every step, through hostile answers, dying workers, late and double settles; healed, the queue empties; drained, nothing is left (3,000 walks)', () => {
  const how = fc.constantFrom('heal' as const, 'drain' as const, 'abandon' as const);
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), how, fc.array(answer, { maxLength: 6 }), (steps, end, answers) => {
      const walk = createWalk();
      const { pipeline } = walk;
      const check = (place: string) => {
        if (pipeline.failures.length > 0) throw pipeline.failures[0];
        const left = pipeline.unaccounted();
        if (left !== 0) throw new Error(`${place}: ${left} spans unaccounted`);
        const { accepted, unconfirmed, inflight } = pipeline.ledger;
        const { size } = walk.delivered;
        // What is in flight may be delivered already; what is accepted is.
        if (accepted > size) throw new Error(`${place}: ${accepted} accepted, the receiver has ${size}`);
        if (size > accepted + unconfirmed + inflight) throw new Error(`${place}: the receiver has ${size}, unsaid`);
      };
      for (const entry of steps) {
        walk.apply(entry);
        check(entry.do);
      }
      if (end === 'heal') {
        walk.heal();
        check('healed');
        expect(pipeline.ledger).toMatchObject({ queued: 0, inflight: 0, breaker: 'closed' });
        expect(walk.unanswered).toBe(0);
      } else if (end === 'drain') {
        expect(walk.drain(2_000, answers)).toBe(true);
        check('drained');
        expect(pipeline.ledger).toMatchObject({ queued: 0, inflight: 0 });
        expect(walk.unanswered).toBe(0);
        expect(pipeline.offer(1)).toBe(0);
        check('after');
      } else {
        abandonQueue(pipeline.memory, 'worker_crash');
        check('abandoned');
        expect(pipeline.ledger).toMatchObject({ queued: 0, inflight: 0 });
      }
    }),
    { numRuns: 3_000 },
  );
});
