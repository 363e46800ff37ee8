import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** An application of somebody else, in a folder of its own, far from this workspace. */
export interface OutsideApplication {
  readonly folder: string;
  /** Mebibytes that `npm install` put there. */
  readonly installedMib: number;
  /** Packages in node_modules, copies counted one by one. */
  readonly packages: number;
  /** Packages of which more than one copy is installed. */
  readonly duplicates: readonly string[];
}

function* packageFolders(modules: string): Generator<string> {
  for (const entry of readdirSync(modules, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
    const path = join(modules, entry.name);
    if (entry.name.startsWith('@')) yield* packageFolders(path);
    else {
      yield path;
      const nested = join(path, 'node_modules');
      if (statSync(nested, { throwIfNoEntry: false })?.isDirectory()) yield* packageFolders(nested);
    }
  }
}

/** Installs the tarballs and express with npm into an empty temporary folder that holds the files of `apps`. */
export function installOutside(tarballs: readonly string[], apps: string, express: string): OutsideApplication {
  const folder = mkdtempSync(join(tmpdir(), 'vigil-outside-'));
  cpSync(apps, folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'outside', version: '1.2.3', private: true }));
  const args = ['install', '--no-audit', '--no-fund', '--loglevel=error', `express@${express}`, ...tarballs];
  execFileSync('npm', args, { cwd: folder, stdio: 'pipe' });
  const folders = [...packageFolders(join(folder, 'node_modules'))];
  const names = folders.map(
    (path) => (JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as { name: string }).name,
  );
  const kib = Number(execFileSync('du', ['-sk', 'node_modules'], { cwd: folder, encoding: 'utf8' }).split('\t')[0]);
  const duplicates = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  return { folder, installedMib: kib / 1024, packages: names.length, duplicates };
}

export interface RunningApplication {
  readonly url: string;
  /** Sends SIGTERM and resolves to how the process ended and everything it wrote to standard error. */
  readonly stop: () => Promise<{
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
    readonly stderr: string;
  }>;
}

/** Starts one of the applications with Node's `flags`; resolves when it printed the URL it listens on. */
export async function startOutside(
  folder: string,
  flags: readonly string[],
  environment: Record<string, string>,
): Promise<RunningApplication> {
  const child: ChildProcess = spawn(process.execPath, [...flags], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
  });
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('the application has no output to read');
  const errors = text(stderr);
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('exit', (code, signal) => resolve({ code, signal }));
  });
  const url = await new Promise<string>((resolve, reject) => {
    let seen = '';
    stdout.on('data', (chunk) => {
      seen += chunk;
      const found = /listening on (http:\S+)/.exec(seen);
      if (found?.[1] !== undefined) resolve(found[1]);
    });
    ended.then(async ({ code }) => reject(new Error(`the application ended with ${code}: ${await errors}`)));
  });
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM');
      return { ...(await ended), stderr: await errors };
    },
  };
}
