import { HEALTHY, type PlainStep, type SinkStep } from './sink-step.ts';

/** What is known of a request before its body: enough to choose its step. */
export interface RequestHead {
  readonly path: string;
  /** Content-Length; 0 when it says none. */
  readonly bytes: number;
}

/** Which step a request meets: the scripted ones in turn, then the standing one. */
export class StepChoice {
  #steps: SinkStep[] = [];
  #always: SinkStep = HEALTHY;
  readonly #turns = new Map<SinkStep, number>();

  set(steps: readonly SinkStep[], always: SinkStep): void {
    this.#steps = [...steps];
    this.#always = always;
    this.#turns.clear();
  }

  /** The next step as it stands, without taking its turn. */
  get coming(): SinkStep {
    return this.#steps[0] ?? this.#always;
  }

  take(head: RequestHead): PlainStep {
    return this.#plain(this.#steps.shift() ?? this.#always, head);
  }

  #plain(step: SinkStep, head: RequestHead): PlainStep {
    switch (step.kind) {
      case 'limit':
        return head.bytes > step.bytes ? { kind: 'answer', status: 413 } : this.#plain(step.otherwise, head);
      case 'paths':
        return this.#plain(step.paths[head.path] ?? step.otherwise, head);
      case 'cycle': {
        const turn = this.#turns.get(step) ?? 0;
        this.#turns.set(step, turn + 1);
        return this.#plain(step.steps[turn % step.steps.length] ?? HEALTHY, head);
      }
      default:
        return step;
    }
  }
}
