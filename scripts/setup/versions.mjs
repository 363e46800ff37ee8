import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Reads versions.env: `NAME=value` lines, `#` comments. Throws when a line is neither. */
export function readVersions(root) {
  const versions = {};
  for (const [index, line] of readFileSync(join(root, 'versions.env'), 'utf8').split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const match = /^([A-Z0-9_]+)=(\S+)$/.exec(line);
    if (match === null) throw new Error(`versions.env:${index + 1}: expected NAME=value, got "${line}"`);
    versions[match[1]] = match[2];
  }
  return versions;
}
