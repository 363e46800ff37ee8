import { createRequire } from 'node:module';

/** Version of this package: `0.1.0`; `unknown` in an application that a bundler made one file of. */
export const VERSION = readVersion();

function readVersion(): string {
  try {
    const manifest = createRequire(import.meta.url)('../package.json') as {
      readonly name: string;
      readonly version: string;
    };
    // Beside a bundle it may be the application's.
    return manifest.name === '@vigil/node' ? manifest.version : 'unknown';
  } catch {
    return 'unknown';
  }
}
