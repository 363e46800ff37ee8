import type { Outcome } from './outcome.ts';

/** Reads `e2e/allowed-skips`: one `<suite>: <name> => <reason>` a line, `*` stands for any text, `#` starts a comment. */
export function parseAllowedSkips(text: string): RegExp[] {
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '')
    .map((line) => new RegExp(`^${line.split('*').map(literal).join('.*')}$`));
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Turns every skip that the list does not name into a failure. Never throws. */
export function judgeSkips(outcomes: readonly Outcome[], allowed: readonly RegExp[]): Outcome[] {
  return outcomes.map((outcome) => {
    if (outcome.status !== 'skipped') return outcome;
    const skip = `${outcome.suite}: ${outcome.name} => ${outcome.detail}`;
    if (allowed.some((pattern) => pattern.test(skip))) return outcome;
    return { ...outcome, status: 'failed', detail: `skipped (${outcome.detail}) but not named in e2e/allowed-skips` };
  });
}
