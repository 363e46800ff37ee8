import { isNode, LineCounter, parseDocument } from 'yaml';
import { ConfigError } from './config-error.ts';
import { unreachableBurns } from './file-reach.ts';
import { VIGIL_FILE, type VigilConfig } from './file-schema.ts';

export { ConfigError } from './config-error.ts';
export { durationSeconds } from './file-duration.ts';
export type { BurnWindowPair, ServiceConfig, VigilConfig } from './file-schema.ts';

type Path = readonly (string | number)[];

const pathText = (path: Path): string =>
  path.map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`)).join('');

const ACTUAL_MAXIMUM = 60;

function valueText(value: unknown): string {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value));
  return text.length > ACTUAL_MAXIMUM ? `${text.slice(0, ACTUAL_MAXIMUM)}…` : text;
}

/** A key that differs from an allowed one by its case, its separators or its end is worth naming. */
function closest(key: string, expected: string): string {
  const letters = (text: string) => text.toLowerCase().replace(/[^a-z]/g, '');
  const [given, known] = [letters(key), expected.replace(/^one of /, '').split(', ')];
  const match = known.find((one) => letters(one).startsWith(given) || given.startsWith(letters(one)));
  return match === undefined ? expected : `${expected} (did you mean ${match}?)`;
}

/**
 * Reads the text of a vigil.yaml. `place` is how messages call the file.
 *
 * @throws ConfigError with every problem at once, each with line, key, what was expected and what was found.
 *
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs';
 * import { parseVigilConfig } from '@vigil/config/file';
 * const config = parseVigilConfig(readFileSync('vigil.yaml', 'utf8'), 'vigil.yaml');
 * config.alerting.evaluationInterval; // '15s' unless the file says otherwise
 * ```
 */
export function parseVigilConfig(text: string, place: string): VigilConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    throw new ConfigError(
      document.errors.map(({ message, linePos }) => {
        const found = message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? 'something else';
        return `${place}:${linePos?.[0].line ?? 1}: expected YAML: ${found}`;
      }),
    );
  }

  const input: unknown = document.toJS();
  const valueAt = (path: Path): unknown =>
    path.reduce<unknown>((value, key) => (value as Record<string | number, unknown> | null | undefined)?.[key], input);
  /** The line of the key, or of the nearest section around it when the key is missing. */
  const lineOf = (path: Path): number => {
    for (let length = path.length; length > 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  const problem = (path: Path, expected: string, actual = valueText(valueAt(path))): string => {
    const key = path.length === 0 ? '' : `${pathText(path)}: `;
    return `${place}:${lineOf(path)}: ${key}expected ${expected}, got ${actual}`;
  };

  const result = VIGIL_FILE.safeParse(input);
  if (!result.success) {
    throw new ConfigError(
      result.error.issues.flatMap((issue) => {
        const path = issue.path as Path;
        if (issue.code !== 'unrecognized_keys') return [problem(path, issue.message)];
        return issue.keys.map((key) => problem([...path, key], closest(key, issue.message), `the key "${key}"`));
      }),
    );
  }
  const unreachable = unreachableBurns(result.data);
  if (unreachable.length > 0) throw new ConfigError(unreachable.map(({ path, expected }) => problem(path, expected)));
  return result.data;
}
