import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { StackSettings } from '@vigil/config/stack';
import { stackFiles, targetFiles } from './stack-files.ts';

/** What `writeEtc` needs. */
export interface EtcOptions {
  readonly root: string;
  readonly etc: string;
  readonly settings: StackSettings;
  /** Where Alertmanager sends pages. Written to a file that only its owner reads: it may hold a token. */
  readonly pagerUrl: string;
}

/**
 * Makes the native engine's folder of configuration: copies, target files and the pager's address.
 *
 * @throws CommandError when a file of the stack is missing.
 */
export function writeEtc({ root, etc, settings, pagerUrl }: EtcOptions): void {
  const files = stackFiles(root);
  // Afresh each time: a rule file deleted in the checkout must not live on in the copy.
  rmSync(etc, { recursive: true, force: true });
  const place = (to: string): string => {
    const path = join(etc, to);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return path;
  };
  for (const { from, to } of files) copyFileSync(join(root, from), place(to));
  for (const [to, text] of targetFiles(settings)) writeFileSync(place(to), text);
  writeFileSync(place('alertmanager/secrets/pager-url'), pagerUrl, { mode: 0o600 });
}
