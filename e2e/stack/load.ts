import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './vigil.ts';

/** Runs the shop's load generator for so many seconds at 20 requests a second; resolves when it is done. @throws when it fails. */
export function driveLoad(shop: string, seconds: number): Promise<void> {
  const args = ['load/main.ts', '--url', shop, '--rate', '20', '--seconds', String(seconds), '--json'];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: join(ROOT, 'examples/shop'), stdio: 'ignore' });
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`the load generator ended with ${code}`))));
  });
}
