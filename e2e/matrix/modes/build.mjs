// The application as it is when compiled, and in one file with its libraries in it.
import { build } from 'esbuild';

const options = { entryPoints: ['app.ts'], platform: 'node', target: 'node22', logLevel: 'error' };
// pg asks for it where an application has it.
const bundle = { ...options, format: 'cjs', bundle: true, external: ['pg-native'] };
await build({ ...options, format: 'esm', outfile: 'dist/compiled.mjs' });
await build({ ...options, format: 'cjs', outfile: 'dist/compiled.cjs' });
await build({ ...bundle, outfile: 'dist/bundle.cjs' });
await build({ ...bundle, outfile: 'dist/bundle-min.cjs', minify: true });
await build({ ...bundle, outfile: 'dist/external.cjs', packages: 'external' });
