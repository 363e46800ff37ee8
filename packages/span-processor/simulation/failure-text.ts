import type { RunResult } from './simulation.ts';

/** The failure of one seed as text: its last events, what broke, and how to see it again. */
export function failureText({ seed, family, violation, lastEvents, events }: RunResult): string {
  return [
    ...lastEvents,
    `seed ${seed} (${family}) broke an invariant after ${events} events:`,
    `  ${violation}`,
    `again, with every event: node --conditions=@vigil/source packages/span-processor/simulation/run.ts --seed ${seed} --trace`,
    '',
  ].join('\n');
}
