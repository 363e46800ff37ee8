// The bootstrap: needs nothing but some Node and npm. Everything it makes lives in the ignored folder .vigil.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stackProblem } from './setup/docker.mjs';
import { buildPrograms } from './setup/programs.mjs';
import { prepareServices, which } from './setup/services.mjs';
import { StepError, say } from './setup/step.mjs';
import { buildPackages, installDependencies, prepareToolchain, reportNode } from './setup/toolchain.mjs';
import { readVersions } from './setup/versions.mjs';

const HELP = `usage: node scripts/setup.mjs [--programs | --no-programs]

Prepares this checkout; nothing is installed globally, everything lives in .vigil (delete it to start afresh):
  toolchain     Node 24 (when the one on PATH is older), pnpm, PostgreSQL, all from npm
  dependencies  the workspace's packages, exactly as locked
  packages      TypeScript compiled to dist/
  redis         from PATH, else fetched by apt without installing it (needs no root), else an image for Docker
  programs      collector, Prometheus, Alertmanager, Jaeger, Loki, built with Go (12–40 min the first time), side by side
                with the rest; skipped when Docker can pull the stack's images

  --programs      only the programs
  --no-programs   everything else
  --help          this text

VIGIL_ENGINE=native|docker decides whether programs are built without asking Docker.
Prints the path of the Node to use on standard output and progress on standard error.`;

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Whether a container engine can run the stack, so that no program has to be built here. */
function dockerServes() {
  if (process.env.VIGIL_ENGINE !== undefined) return process.env.VIGIL_ENGINE === 'docker';
  if (which('docker') === undefined) return false;
  const problem = stackProblem(root);
  if (problem !== undefined) say('docker', `not used: ${problem}`);
  return problem === undefined;
}

async function preparePrograms() {
  if (dockerServes()) say('programs', 'not built: the docker engine has the images (VIGIL_ENGINE=native builds them)');
  else await buildPrograms(root);
}

async function preparePackages() {
  const versions = readVersions(root);
  const toolchain = await prepareToolchain(root, versions);
  reportNode(toolchain);
  await installDependencies(root, toolchain);
  await buildPackages(root, toolchain);
  await prepareServices(root, versions);
  return toolchain;
}

async function main(words) {
  const unknown = words.find((word) => !['--programs', '--no-programs', '--help'].includes(word));
  if (unknown !== undefined) {
    process.stderr.write(`setup: unknown word "${unknown}"; see node scripts/setup.mjs --help\n`);
    return 2;
  }
  if (words.includes('--help')) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  const parts = [
    words.includes('--programs') ? undefined : preparePackages(),
    words.includes('--no-programs') ? undefined : preparePrograms(),
  ];
  const results = await Promise.allSettled(parts);
  const failures = results.filter((result) => result.status === 'rejected').map((result) => result.reason);
  for (const failure of failures)
    process.stderr.write(`setup: ${failure instanceof StepError ? failure.message : failure.stack}\n`);
  // A stack program that cannot be built is no reason to stop: the demo still shows the application part and says what is missing.
  const packages = results[0];
  if (packages.status === 'rejected') return 1;
  if (words.includes('--programs')) return failures.length === 0 ? 0 : 1;
  process.stdout.write(`${packages.value.node}\n`);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
