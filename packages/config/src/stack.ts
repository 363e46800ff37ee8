import { ConfigError } from './config-error.ts';
import type { EnvironmentVariables } from './environment-reader.ts';

export type { EnvironmentVariables } from './environment-reader.ts';

/** A file of `NAME=value` lines: `versions.env`, `stack.env`. */
export interface SettingsFile {
  /** How messages call it. */
  readonly path: string;
  readonly text: string;
}

/** Versions, ports, retention and limits of the stack: what stands in `versions.env` and `stack.env`. */
export interface StackSettings {
  /** Every setting by name, as text. */
  readonly values: Readonly<Record<string, string>>;
  /**
   * The text of a setting.
   *
   * @throws ConfigError when no file has it.
   */
  text(name: string): string;
  /**
   * A port or another whole number above 0; checked when the settings were read.
   *
   * @throws ConfigError when no file has it or it is not a whole number above 0.
   */
  number(name: string): number;
}

const PORT_MAXIMUM = 65_535;
const ASSIGNMENT = /^([A-Z][A-Z0-9_]*)=(.*)$/;

/** The environment of this process: the only place where the command line reads it. Never throws. */
export function currentEnvironment(): EnvironmentVariables {
  return process.env;
}

/**
 * Reads the stack's settings files. A variable of the same name in the environment wins; an empty one counts as unset.
 * Settings that end in `_PORT` must be ports, those that end in `_MIB` or `_SIZE` of the queue whole numbers above 0.
 *
 * @throws ConfigError listing every problem with its file and line.
 *
 * @example
 * ```ts
 * import { readStackSettings } from '@vigil/config/stack';
 * const files = [{ path: 'stack.env', text: 'VIGIL_PROMETHEUS_PORT=9090\n' }];
 * readStackSettings(files, { VIGIL_PROMETHEUS_PORT: '19090' }).number('VIGIL_PROMETHEUS_PORT'); // 19090
 * ```
 */
export function readStackSettings(files: readonly SettingsFile[], environment: EnvironmentVariables): StackSettings {
  const problems: string[] = [];
  const values: Record<string, string> = {};
  for (const file of files) readFile(file, values, problems);
  for (const [name, fallback] of Object.entries(values)) {
    const given = environment[name];
    const value = given === undefined || given === '' ? fallback : given;
    values[name] = value;
    const place = value === given ? 'environment' : 'stack settings';
    const problem = problemOf(name, value);
    if (problem !== undefined) problems.push(`${place}: ${name}: ${problem}, got "${value}"`);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return stackSettings(values);
}

function readFile(file: SettingsFile, values: Record<string, string>, problems: string[]): void {
  for (const [index, line] of file.text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const place = `${file.path}:${index + 1}`;
    const [, name, value] = ASSIGNMENT.exec(line.trim()) ?? [];
    if (name === undefined || value === undefined) problems.push(`${place}: expected NAME=value, got "${line}"`);
    else if (name in values) problems.push(`${place}: ${name} is set twice: keep one`);
    // Compose and shells read quotes and inline comments differently: neither is needed here.
    else if (/["'\s]/.test(value)) problems.push(`${place}: ${name}: expected no quotes and no spaces, got ${value}`);
    else values[name] = value;
  }
}

function problemOf(name: string, value: string): string | undefined {
  if (name.endsWith('_PORT')) {
    return wholeNumber(value, PORT_MAXIMUM) === undefined ? `expected a port from 1 to ${PORT_MAXIMUM}` : undefined;
  }
  if (!name.endsWith('_MIB') && !name.endsWith('_QUEUE_SIZE')) return undefined;
  return wholeNumber(value, Number.MAX_SAFE_INTEGER) === undefined ? 'expected a whole number above 0' : undefined;
}

function wholeNumber(value: string, maximum: number): number | undefined {
  const number = /^\d+$/.test(value) ? Number(value) : 0;
  return number >= 1 && number <= maximum ? number : undefined;
}

function stackSettings(values: Readonly<Record<string, string>>): StackSettings {
  const text = (name: string): string => {
    const value = values[name];
    if (value === undefined) throw new ConfigError([`stack settings: ${name}: expected in stack.env or versions.env`]);
    return value;
  };
  const number = (name: string): number => {
    const value = wholeNumber(text(name), Number.MAX_SAFE_INTEGER);
    if (value === undefined) throw new ConfigError([`stack settings: ${name}: expected a whole number above 0`]);
    return value;
  };
  return { values, text, number };
}
