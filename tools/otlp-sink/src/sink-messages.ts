import type { SinkReport, SinkTally } from './sink-report.ts';
import type { SinkListen } from './sink-server.ts';
import type { SinkStep } from './sink-step.ts';

/** What the test tells the sink's process. */
export type SinkCommand =
  | { readonly kind: 'start'; readonly listen: SinkListen; readonly folder: string }
  | { readonly kind: 'script'; readonly steps: readonly SinkStep[]; readonly always: SinkStep }
  | { readonly kind: 'tally' }
  | { readonly kind: 'report' };

/** What it answers to each. */
export interface SinkAnswers {
  readonly start: number;
  readonly script: true;
  readonly tally: SinkTally;
  readonly report: SinkReport;
}

export interface SinkQuestion {
  readonly number: number;
  readonly command: SinkCommand;
}

export type SinkAnswer =
  | { readonly number: number; readonly answer: SinkAnswers[keyof SinkAnswers] }
  | { readonly number: number; readonly problem: string };
