import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StackSettings } from '@vigil/config/stack';

/** The example pager's program in a checkout, when it is there. */
export function pagerMain(root: string): string | undefined {
  const main = join(root, 'examples/pager/src/main.ts');
  return existsSync(main) ? main : undefined;
}

/** The address that Alertmanager posts to: the given one, else the example pager's. */
export function pageAddress(settings: StackSettings, given: string | undefined): string {
  return given ?? `http://127.0.0.1:${settings.number('VIGIL_PAGER_PORT')}/alertmanager`;
}
