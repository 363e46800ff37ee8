import type { SeededRandom } from './seeded-random.ts';

/** Who runs an event. `world` is the network, the collector and the actors' plans: it never stalls. */
export type Thread = 'main' | 'worker' | 'world';

export interface Scheduled {
  at: number;
  readonly order: number;
  readonly thread: Thread;
  readonly name: string;
  readonly run: () => void;
  state: 'waiting' | 'done' | 'cancelled';
}

const before = (left: Scheduled, right: Scheduled): boolean =>
  left.at < right.at || (left.at === right.at && left.order < right.order);

/** One queue of events in virtual time: the whole world is one thread, so a seed always gives the same run. */
export class VirtualTime {
  now = 0;
  /** What the machine's wall clock shows beyond `now`; jumps. */
  epochOffset: number;
  readonly #heap: Scheduled[] = [];
  readonly #run: (event: Scheduled) => void;
  #order = 0;
  readonly #busyUntil: Record<Thread, number> = { main: 0, worker: 0, world: 0 };

  /** @param run calls `event.run`, and may do something before and after. */
  constructor(epochMillis: number, run: (event: Scheduled) => void) {
    this.epochOffset = epochMillis;
    this.#run = run;
  }

  schedule(thread: Thread, millis: number, name: string, run: () => void): Scheduled {
    this.#order += 1;
    const event: Scheduled = {
      at: this.now + Math.max(0, millis),
      order: this.#order,
      thread,
      name,
      run,
      state: 'waiting',
    };
    this.#push(event);
    return event;
  }

  cancel(event: Scheduled): void {
    if (event.state === 'waiting') event.state = 'cancelled';
  }

  /** The thread does nothing for so long: a blocked event loop, or a worker that is woken late. */
  stall(thread: Thread, millis: number): void {
    this.#busyUntil[thread] = Math.max(this.#busyUntil[thread], this.now + millis);
  }

  /** Runs the next event up to `until`, of the given threads only where asked; undefined when none is left. */
  step(until: number, excluded?: Thread): Scheduled | undefined {
    const postponed: Scheduled[] = [];
    let found: Scheduled | undefined;
    while (found === undefined) {
      const event = this.#heap[0];
      if (event === undefined || event.at > until) break;
      this.#pop();
      if (event.state === 'cancelled') continue;
      if (event.thread === excluded) {
        postponed.push(event);
        continue;
      }
      const free = this.#busyUntil[event.thread];
      if (free > event.at) {
        event.at = free;
        this.#push(event);
        continue;
      }
      found = event;
    }
    for (const event of postponed) this.#push(event);
    if (found === undefined) return undefined;
    this.now = Math.max(this.now, found.at);
    found.state = 'done';
    this.#run(found);
    return found;
  }

  isBusy(thread: Thread): boolean {
    return this.#busyUntil[thread] > this.now;
  }

  /** All threads are quick again. */
  heal(): void {
    for (const thread of ['main', 'worker', 'world'] as const) this.#busyUntil[thread] = 0;
  }

  #push(event: Scheduled): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(event);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Scheduled;
      if (!before(event, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Scheduled;
    if (heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = index * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Scheduled, heap[child] as Scheduled)) child += 1;
      if (!before(heap[child] as Scheduled, last)) break;
      heap[index] = heap[child] as Scheduled;
      index = child;
    }
    heap[index] = last;
  }
}

/** How late a timer fires. Node's own may also fire up to 1 ms early by the monotonic clock, which is finer than theirs. */
export function timerError(random: SeededRandom, millis: number): number {
  if (millis < 1) return 0;
  return random.weighted([
    [6, 0],
    [2, -random.next() * Math.min(1, millis / 2)],
    [2, random.next() * 3],
    [0.1, random.next() * 60],
  ]);
}
