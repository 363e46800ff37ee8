import type { PlantedBug } from './planted-bug.ts';

const at = (name: string) => `otlp-exporter/src/${name}.ts`;

export const RETRY_BUGS: readonly PlantedBug[] = [
  {
    area: 'retry',
    file: at('export-loop/lane'),
    search: 'if (this.#attempts >= this.#options.attemptsMaximum)',
    replace: 'if (this.#attempts > this.#options.attemptsMaximum)',
    what: 'one attempt too many',
  },
  {
    area: 'retry',
    file: at('retry/back-off'),
    search: '(retryAfterMillis ?? 0) + own',
    replace: 'own',
    what: 'Retry-After is ignored',
  },
  {
    area: 'retry',
    file: at('retry/back-off'),
    search: 'const wait = Math.min((retryAfterMillis ?? 0) + own, RETRY_AFTER_MILLIS_MAXIMUM);',
    replace: 'const wait = retryAfterMillis ?? own;',
    what: '"Retry-After: 0" retries at once',
  },
  {
    area: 'retry',
    file: at('retry/retry-after'),
    search: 'const SECONDS = /^\\d{1,15}$/;',
    replace: 'const SECONDS = /^\\d{1,2}$/;',
    what: 'a Retry-After of three digits is taken for garbage',
  },
  {
    area: 'retry',
    file: at('retry/retry-after'),
    search: 'Number(text) * 1_000',
    replace: 'Number(text)',
    what: 'seconds are taken for milliseconds',
  },
  {
    area: 'retry',
    file: at('retry/back-off'),
    search: 'return nowMillis >= backOff.untilMillis ? NO_BACK_OFF : backOff;',
    replace: 'return NO_BACK_OFF;',
    what: "another signal's success ends a wait that was asked for",
  },
  {
    area: 'retry',
    file: at('retry/retry-budget'),
    search: '    if (this.#tenths < 10) return false;\n',
    replace: '',
    what: 'the retry budget never runs out',
  },
  {
    area: 'retry',
    file: at('export-loop/verdict'),
    search: "return { kind: 'refused', reason: '4xx', breaker: 'neutral' };",
    replace: "return { kind: 'retry', reason: '4xx', retryAfter };",
    what: '400 is retried',
  },
  {
    area: 'retry',
    file: at('export-loop/verdict'),
    search: "return { kind: 'too_large' };",
    replace: "return { kind: 'retry', reason: '413', retryAfter };",
    what: 'what was too large is sent again as it is',
  },
  {
    area: 'retry',
    file: at('export-loop/lane'),
    search: "const maybeAccepted = outcome.kind === 'failed' && outcome.maybeAccepted;",
    replace: 'const maybeAccepted = false;',
    what: 'what may have arrived is counted as lost',
  },
  {
    area: 'export loop',
    file: at('export-loop/span-source'),
    search: 'const refused = Math.min(rejected, this.#partItems);',
    replace: 'const refused = rejected;',
    what: 'a partial success rejects more than was sent',
  },
  {
    area: 'export loop',
    file: at('export-loop/span-source'),
    search: 'this.#maybe = Math.max(0, this.#maybe - this.#partItems);',
    replace: 'this.#maybe = 0;',
    what: 'after one part of a batch is settled, the others forget that they may have arrived',
  },
  {
    area: 'export loop',
    file: at('export-loop/span-source'),
    search: '    this.#start = this.#partEnd;\n',
    replace: '',
    what: 'the second part of a split batch is the first one again',
  },
  {
    area: 'export loop',
    file: at('export-loop/cause-log'),
    search: 'const PERIOD_MILLIS = 10_000;',
    replace: 'const PERIOD_MILLIS = 100;',
    what: 'a hundred log lines where one was promised',
  },
];
