/**
 * The preload: `node --import @vigil/node/register app.js`, or `-r @vigil/node/register`. Whatever goes wrong here costs one line
 * on stderr, never the application: so nothing but Node.js is imported, and everything else is required inside of `try`, one file
 * after the other, as a process may have one file descriptor left.
 */
import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
let name = 'vigil unknown';
try {
  const manifest = require('../package.json') as { readonly name: string; readonly version: string };
  // Beside a bundle it may be the application's.
  if (manifest.name === '@vigil/node') name = `vigil ${manifest.version}`;
} catch {
  // A bundler has made one file of it and of the application.
}
try {
  const file = import.meta.url.endsWith('.ts') ? './preload.ts' : './preload.js';
  (require(file) as typeof import('./preload.ts')).preload();
} catch (error) {
  const isOlderNode = (error as { readonly code?: unknown } | undefined)?.code === 'ERR_REQUIRE_ESM';
  const message = error instanceof Error ? error.message.split('\n')[0] : String(error);
  const why = isOlderNode
    ? `Node.js 22.15 or later is needed, with require() of ES modules; this is ${process.versions.node}`
    : message;
  try {
    writeSync(2, `${name} did not start, the application runs without telemetry: ${why}\n`);
  } catch {
    // Standard error is closed or full: there is nobody left to tell.
  }
}
