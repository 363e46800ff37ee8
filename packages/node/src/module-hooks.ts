import { createRequire, register } from 'node:module';

/** Matches the ES module URLs that belong to one of the packages, however the package manager lays them out. */
export function moduleUrlPattern(packages: readonly string[]): RegExp {
  const names = packages.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  return new RegExp(`/node_modules/(?:${names})/(?!(?:.*/)?node_modules/)`);
}

/**
 * Lets instrumentations see what is imported, for these packages only: wrapping every module costs a second and 50 MB, and
 * breaks some. Synchronous hooks where Node.js has working ones (22.22.3, 24.11.1 and later), else a loader thread.
 *
 * @param options the command line options of Node.js and `NODE_OPTIONS`.
 * @throws when neither can be had; `require` is instrumented all the same.
 */
export function hookModules(packages: readonly string[], options: string): void {
  if (packages.length === 0) return;
  const pattern = moduleUrlPattern(packages);
  // Loaded when it is needed: it brings a parser.
  const { register: registerHooks, supportsSyncHooks } = createRequire(import.meta.url)(
    'import-in-the-middle/register-hooks.mjs',
  ) as typeof import('import-in-the-middle/register-hooks.mjs');
  if (supportsSyncHooks()) {
    registerHooks({ include: [pattern] });
    return;
  }
  // A loader thread loads what -r names once more, cannot load ES modules that way, and takes the process down with it.
  if (hasRequireOption(options)) {
    throw new Error(
      `Node.js ${process.versions.node} cannot together with -r; use --import, or 22.22.3, 24.11.1 or later`,
    );
  }
  register('import-in-the-middle/hook.mjs', import.meta.url, { data: { include: [pattern] } });
}

export const hasRequireOption = (options: string): boolean => /(^|[\s"'])(-r|--require)([\s="']|$)/.test(options);
