import { Violation } from './violation.ts';

const PERIOD_MILLIS = 10_000;

/** What a line is about: `traces: 5xx` of `traces: 5xx: 14 spans lost`; of other lines the text without its numbers. */
const causeOf = (line: string): string =>
  /^(?:traces|metrics|logs): [^:]+/.exec(line)?.[0] ?? line.replace(/\(.*?\)/g, '').replace(/\d+/g, '#');

/** At most one line per cause in ten seconds; a worker that starts anew remembers nothing, and a stop says what is left to say. */
export class LogWatch {
  readonly #lines = new Map<string, number[]>();

  /** @param extra how many lines more than one are allowed in the last ten seconds: new workers, a stop. */
  add(line: string, now: number, extra: number): void {
    if (line.includes('\n') || line.includes('\u001b'))
      throw new Violation('bounds', `a log line with control characters: ${JSON.stringify(line)}`);
    const cause = causeOf(line);
    const times = (this.#lines.get(cause) ?? []).filter((at) => at > now - PERIOD_MILLIS + 1);
    times.push(now);
    this.#lines.set(cause, times);
    if (times.length > 1 + extra)
      throw new Violation('bounds', `${times.length} lines of one cause in ten seconds: ${line}`);
  }
}
