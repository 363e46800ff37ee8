/** So much of a script is looked at: the helpers of bundlers come first. */
export const MARKS_BYTES = 128 * 1_024;

/**
 * What bundlers leave where they put a library into a script. A script that was only compiled has none of it: esbuild's `__toCommonJS`, for
 * one, is in both.
 */
const MARKS: readonly (readonly [bundler: string, mark: RegExp])[] = [
  ['ncc', /__nccwpck_require__/],
  [
    'webpack',
    /__webpack_(?:require|modules|exports)__|webpackBootstrap|^\(\(\)=>\{(?:"use strict";)?var \w+=\{\d+[:(]/,
  ],
  ['parcel', /\bparcelRequire/],
  // Its runtime, or its wrapper of a CommonJS module, which has one argument more than esbuild's.
  ['rolldown', /\brolldown[:/]runtime\b|\(\(\w+ ?= ?\{ ?exports: ?\{\} ?\}\)\.exports, ?\w+, ?\w+\.exports\)/],
  ['bun', /^\/\/ @bun\b/m],
  // The name of a file that was put in, or the wrapper of a CommonJS module, which stays when names are shortened.
  ['esbuild', /^ *\/\/ (?:\.\.\/)*node_modules\/|\(\(\w+ ?= ?\{ ?exports: ?\{\} ?\}\)\.exports, ?\w+\)/m],
  ['rollup', /\bgetDefaultExportFromCjs\b/],
];

/**
 * Name of the bundler that put libraries into this script, as far as its beginning tells: a bundle of ES modules only, with shortened
 * names, looks like a script of its own. Pure; never throws.
 */
export function bundlerOf(scriptStart: string): string | undefined {
  return MARKS.find(([, mark]) => mark.test(scriptStart))?.[0];
}

/**
 * Whether a bundle loads a library as a module: only then can it be patched. What a library inside it loads by a
 * `require` whose name was shortened is not seen. Pure; never throws.
 */
export function isExternalIn(bundle: string, library: string): boolean {
  const name = library.replace(/[^\w@/-]/g, '\\$&');
  return new RegExp(
    `(?:\\b(?:__)?require\\d*\\s*\\(|\\bfrom|\\bimport\\s*\\(?)\\s*(["'\`])${name}(?:/[^"'\`]*)?\\1`,
  ).test(bundle);
}
