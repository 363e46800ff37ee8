const LOADS = Symbol.for('vigil.module.loads');

/** What an appended statement has in it, and no source otherwise. */
export const APPENDED = `Symbol.for("${LOADS.description}")`;

type Listener = (url: string, exports: unknown, module: 'esm' | 'cjs') => void;

/** The listeners of this process, on `globalThis`: a module's source reaches nothing else of ours. */
function listeners(): Set<Listener> {
  const holder = globalThis as { [LOADS]?: Set<Listener> };
  if (holder[LOADS] === undefined) Object.defineProperty(globalThis, LOADS, { value: new Set<Listener>() });
  return holder[LOADS] as Set<Listener>;
}

export function onAppendedStatement(listener: Listener): void {
  listeners().add(listener);
}

/**
 * The source of a module and, behind it, one statement that tells the listeners. Nothing comes before or into the source, so
 * lines, columns and source maps stay. An ES module gets at its own names by importing itself: an import of the address it has,
 * which is the module that is being run.
 */
export function withStatement(source: string, url: string, format: 'module' | 'commonjs'): string {
  const address = JSON.stringify(url);
  if (format === 'commonjs') return `${source}\n;${tell(address, 'module.exports', 'cjs')}`;
  return `${source}\n;import * as $vigilLoaded from ${address};${tell(address, '$vigilLoaded', 'esm')}`;
}

const tell = (address: string, exports: string, module: 'esm' | 'cjs'): string =>
  `globalThis[${APPENDED}]?.forEach((tell)=>tell(${address},${exports},"${module}"));`;
