import type { ExportPipeline } from '@vigil/otlp-exporter';
import type { SeededRandom } from './seeded-random.ts';
import { Violation } from './violation.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface SubmissionsOptions {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  readonly pipeline: ExportPipeline;
}

/** An exporter of metrics and logs: hands over bodies, and expects one answer for each. */
export class Submissions {
  readonly #options: SubmissionsOptions;
  #isStopped = false;
  open = 0;

  constructor(options: SubmissionsOptions) {
    this.#options = options;
  }

  start(gapMillis: number, endMillis: number): void {
    if (gapMillis === 0) return;
    const { time, random } = this.#options;
    for (let at = random.next() * gapMillis; at < endMillis; at += gapMillis * 2 * random.next() + 1) {
      time.schedule('main', at, 'submit', () => this.#isStopped || this.#submit());
    }
  }

  stop(): void {
    this.#isStopped = true;
  }

  #submit(): void {
    const { random, pipeline } = this.#options;
    const bytes = Uint8Array.from({ length: random.integer(8, 60) }, () => random.integer(0, 30));
    const items = random.integer(1, 9);
    let isSettled = false;
    this.open += 1;
    pipeline.submit(random.pick(['metrics', 'logs']), bytes, items, () => {
      if (isSettled) throw new Violation('conservation', 'a submission has two outcomes');
      isSettled = true;
      this.open -= 1;
    });
  }
}
