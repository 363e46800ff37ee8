import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../stack/vigil.ts';

const RUN_TIME_PACKAGES = ['conventions', 'config', 'otlp-exporter', 'tracer', 'span-processor', 'node'];

/** What of the build is not what the sources say, as a sentence; undefined when all of it is. */
export function staleBuild(): string | undefined {
  const stale = RUN_TIME_PACKAGES.filter((name) => {
    const folder = join(ROOT, 'packages', name);
    const built = statSync(join(folder, 'dist/.tsbuildinfo'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    return readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .some((file) => statSync(join(folder, 'src', file)).mtimeMs > built);
  });
  if (stale.length === 0) return undefined;
  return `the build of ${stale.join(', ')} is older than its source: run pnpm build first`;
}
