import type { Mechanism } from '../instrumentation.ts';
import type { ApplicationMode } from './application-mode.ts';
import type { DiagnosedLibrary, Diagnosis } from './diagnosis.ts';

/** Names of one list; the line stays one that can be read. `diagnose()` has them all. */
const NAMES_MAXIMUM = 10;
/** Versions and reasons come from files that anybody may have written. */
const WORD_MAXIMUM = 80;

const MECHANISMS: readonly Mechanism[] = ['channel', 'patch', 'observation'];
const MODULES = { esm: 'ESM', cjs: 'CJS' } as const;

/**
 * The part of the line at start that speaks of the process and its libraries, as pieces to be joined by `·`. What is only awaited counts as
 * instrumented: at the start nothing is loaded yet. Pure; never throws.
 *
 * @example
 * ```text
 * Node.js 24.21.0, ESM · instruments http, undici by channel; express 5.3.0, pg 8.23.1 by patch · not instrumented: mysql2 3.9.1 (no instrumentation yet) · runtime metrics
 * ```
 */
export function instrumentationWords(diagnosis: Diagnosis): string[] {
  const { nodeVersion, mode, instrumented, awaited, notInstrumented, blindSpot } = diagnosis;
  const lists = MECHANISMS.flatMap((mechanism) => {
    const names = new Set([
      ...instrumented[mechanism].filter(({ library }) => library !== 'node').map(nameOf),
      ...awaited
        .filter((one) => one.mechanism === mechanism)
        .map(({ library, version }) => short(`${library} ${version}`)),
    ]);
    return names.size === 0 ? [] : [`${listed([...names])} by ${mechanism}`];
  });
  const not = notInstrumented.map(({ library, version, reason }) =>
    short(`${library}${version === undefined ? '' : ` ${version}`} (${reason})`),
  );
  return [
    `Node.js ${nodeVersion}${modeWords(mode)}`,
    lists.length === 0 ? 'instruments nothing' : `instruments ${lists.join('; ')}`,
    ...(not.length === 0 ? [] : [`not instrumented: ${listed(not)}`]),
    ...(blindSpot === undefined ? [] : [short(blindSpot)]),
    ...(instrumented.observation.some(({ library }) => library === 'node') ? ['runtime metrics'] : []),
  ];
}

/** What Node.js brings goes by the name of its instrumentation, for its version is said already. */
function nameOf({ instrumentation, library, version }: DiagnosedLibrary): string {
  if (library.startsWith('node:') || library === 'fetch' || version === undefined) return instrumentation;
  return short(`${library} ${version}`);
}

function modeWords({ module, bundler, loader, startedBy }: ApplicationMode): string {
  const words = [
    ...(module === undefined ? [] : [MODULES[module]]),
    ...(bundler === undefined ? [] : [`bundle of ${bundler}`]),
    ...(loader === undefined ? [] : [`through ${loader}`]),
    ...(startedBy === undefined ? [] : [short(`started by ${startedBy}`)]),
  ];
  return words.map((word) => `, ${word}`).join('');
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMES_MAXIMUM;
  return more > 0 ? `${names.slice(0, NAMES_MAXIMUM).join(', ')} and ${more} more` : names.join(', ');
}

function short(text: string): string {
  const line = text.replace(/[\p{C}\p{Z}]+/gu, ' ');
  return line.length > WORD_MAXIMUM ? `${line.slice(0, WORD_MAXIMUM - 1)}…` : line;
}
