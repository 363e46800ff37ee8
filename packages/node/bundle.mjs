// Second half of the build: what the preload starts, as one file, and its export worker as another. Node.js reads, resolves and
// compiles 740 files otherwise, which is most of the time the preload takes. Run after `tsc -b`.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const PACKAGE = dirname(fileURLToPath(import.meta.url));

/** What says so in its package.json has its version in the file: beside the bundle there is no package.json to read. */
const versions = {
  name: 'versions',
  setup(bundler) {
    bundler.onLoad({ filter: /[\\/]dist[\\/]version\.js$/ }, ({ path }) => {
      const { version } = JSON.parse(readFileSync(join(dirname(path), '../package.json'), 'utf8'));
      return { contents: `export const VERSION = ${JSON.stringify(version)};` };
    });
  },
};

await build({
  absWorkingDir: PACKAGE,
  entryPoints: {
    telemetry: 'dist/index.js',
    // Beside the bundle, where its URL points.
    'worker-entry': '../otlp-exporter/dist/worker/worker-entry.js',
  },
  outdir: 'dist/bundled',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22.15',
  // The application's own instance must be the one that is registered with.
  external: ['@opentelemetry/api'],
  plugins: [versions],
  banner: {
    js: `// Made by packages/node/bundle.mjs; with parts of @opentelemetry packages, Apache-2.0.
import { createRequire as createBundleRequire } from 'node:module';
const require = createBundleRequire(import.meta.url);`,
  },
  logLevel: 'warning',
});
