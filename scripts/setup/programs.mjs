import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { which } from './services.mjs';
import { isStamped, run, StepError, say, writeStamp } from './step.mjs';
import { standInFiles, trimmedSource } from './trimmed-source.mjs';

const GO_MINOR_MINIMUM = 26;
/** Static binaries (they run in images made from scratch), no paths of this machine, no symbols. */
const BUILD = {
  args: ['build', '-trimpath', '-buildvcs=false', '-ldflags=-s -w'],
  env: { CGO_ENABLED: '0', GOTOOLCHAIN: 'local' },
};

function goVersion() {
  const go = which('go');
  if (go === undefined) return undefined;
  return /go(1\.(\d+)\S*)/.exec(execFileSync(go, ['version'], { encoding: 'utf8' }));
}

/** A program is built again when its lock, its sources, its flags or the compiler changed. */
function fingerprint(root, program, compiler) {
  const hash = createHash('sha256').update(JSON.stringify([program, BUILD, compiler, process.arch]));
  for (const file of ['go.mod', 'go.sum', 'components.go', 'main.go', ...(program.sources ?? [])]) {
    const path = join(root, program.dir, file);
    if (existsSync(path)) hash.update(readFileSync(path));
  }
  for (const file of standInFiles(root, program.trimmed)) hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

/** Programs that are missing or out of date, in the order of tools/programs.json: what the demo needs first comes first. */
export function staleBinaries(root) {
  const compiler = goVersion()?.[1] ?? 'none';
  const out = join(root, '.vigil/programs/bin');
  return readPrograms(root).flatMap((program) =>
    program.binaries
      .map((binary) => ({
        ...binary,
        dir: program.dir,
        typicalSeconds: program.typicalSeconds,
        content: fingerprint(root, { dir: program.dir, ...binary }, compiler),
      }))
      .filter(
        ({ output, content }) =>
          !existsSync(join(out, output)) || !isStamped(join(root, '.vigil/stamps', output), content),
      ),
  );
}

function readPrograms(root) {
  return JSON.parse(readFileSync(join(root, 'tools/programs.json'), 'utf8')).programs;
}

async function buildBinary(root, { output, dir, package: name, tags, trimmed, typicalSeconds, content }) {
  const out = join(root, '.vigil/programs/bin');
  mkdirSync(out, { recursive: true });
  const cwd = trimmed === undefined ? join(root, dir) : trimmedSource(root, { output, dir, trimmed });
  const target = trimmed === undefined ? name : name.replace(trimmed.module, '.');
  await run({
    root,
    step: output,
    title: 'building from source with Go',
    usually: `${typicalSeconds} s cold, 5–20 s with a warm Go cache`,
    command: 'go',
    args: [...BUILD.args, ...(tags ? ['-tags', tags] : []), '-o', join(out, `${output}.new`), target],
    cwd,
    // Compilers that collect garbage less often need 0.3 GB more and 17 % less CPU; it changes nothing in what they build.
    env: { GOGC: process.env.GOGC ?? '400', ...BUILD.env },
    advice: 'check that Go reaches its module proxy and that the disk has 5 GB free, then run this again',
  });
  renameSync(join(out, `${output}.new`), join(out, output));
  writeStamp(join(root, '.vigil/stamps', output), content);
}

/** Builds one program if it is missing or out of date. @throws StepError when Go is missing or fails. */
export async function buildProgram(root, output) {
  const stale = staleBinaries(root).find((binary) => binary.output === output);
  if (stale === undefined) return;
  if (goVersion() == null) throw new StepError('programs', `needs Go 1.${GO_MINOR_MINIMUM} or newer on PATH`, output);
  await buildBinary(root, stale);
}

/**
 * Builds the stack's programs one after the other (each uses every core) into `.vigil/programs/bin`.
 * Without a Go compiler that is new enough it says so and builds nothing: the Docker engine needs none of them.
 */
export async function buildPrograms(root) {
  // The tests read here why there are no programs.
  const skipped = join(root, '.vigil/programs/not-built');
  rmSync(skipped, { force: true });
  const stale = staleBinaries(root);
  if (stale.length === 0) return;
  const go = goVersion();
  if (go === undefined || go === null || Number(go[2]) < GO_MINOR_MINIMUM) {
    const reason = `needs Go 1.${GO_MINOR_MINIMUM} or newer on PATH, found ${go?.[1] ?? 'none'}`;
    say('programs', `not built: ${reason} (the docker engine needs none)`);
    writeStamp(skipped, reason);
    return;
  }
  const failures = [];
  for (const binary of stale) {
    try {
      await buildBinary(root, binary);
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      failures.push(error.message);
    }
  }
  if (failures.length > 0)
    throw new StepError('programs', `${failures.length} of ${stale.length} builds failed`, failures.join('\n'));
}
