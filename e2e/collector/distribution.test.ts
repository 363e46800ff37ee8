import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { parse } from 'yaml';
import { requires } from '../requirement.ts';
import { ROOT } from '../stack/vigil.ts';

const BUILDER = join(process.env.VIGIL_PROGRAMS ?? join(ROOT, '.vigil/programs/bin'), 'collector-builder');
const MANIFEST = join(ROOT, 'collector/builder-config.yaml');
const COMMITTED = join(ROOT, 'collector/distribution');
const test = requires(existsSync(BUILDER) ? undefined : `${BUILDER} is missing: node scripts/setup.mjs --programs`);

const contents = (folder: string) =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

test('collector/distribution is what the builder makes of builder-config.yaml, the lock included', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-distribution-'));
  try {
    const manifest = parse(readFileSync(MANIFEST, 'utf8')) as { dist: Record<string, unknown> };
    manifest.dist.output_path = join(folder, 'distribution');
    // JSON is YAML.
    writeFileSync(join(folder, 'builder-config.yaml'), JSON.stringify(manifest));
    const args = [`--config=${join(folder, 'builder-config.yaml')}`, '--skip-compilation'];
    execFileSync(BUILDER, args, { stdio: 'pipe', timeout: 300_000 });
    expect(contents(join(folder, 'distribution'))).toEqual(contents(COMMITTED));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
