import type { SinkReport, SinkTally } from './sink-report.ts';
import type { SinkListen } from './sink-server.ts';
import type { SinkStep } from './sink-step.ts';

/** What is said between a test and the sink's process. */
export type SinkDialogue = {
  /** Answered with the port. `folder` holds what the lives before have taken. */
  readonly start: { readonly asked: SinkListen & { readonly folder: string }; readonly answered: number };
  readonly script: {
    readonly asked: { readonly steps: readonly SinkStep[]; readonly always: SinkStep };
    readonly answered: true;
  };
  readonly tally: { readonly asked: undefined; readonly answered: SinkTally };
  readonly report: { readonly asked: undefined; readonly answered: SinkReport };
};
