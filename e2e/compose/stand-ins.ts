import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BINARIES, buildImages } from './build-images.ts';
import { noCompose, PROGRAMS, readEnvFile } from './compose-project.ts';
import { type Engine, type FoundEngine, findEngine } from './engine.ts';

/** An engine that has an image for every program but Grafana, made from the native binaries. */
export interface StandIns {
  readonly engine: Engine;
  /** Image names by variable of versions.env. */
  readonly images: Readonly<Record<string, string>>;
  /** A further image that goes with the others. */
  readonly add: (image: string) => void;
  /** Removes the images from an engine that is not ours and ends ours. */
  readonly stop: () => Promise<void>;
}

const missing = BINARIES.filter((name) => !existsSync(join(PROGRAMS, name)));
const unbuilt =
  missing.length === 0 ? noCompose : `not built: ${missing.join(', ')} (node scripts/setup.mjs --programs)`;

/** The engine for a test file, or why there is none. */
export async function findStandInEngine(): Promise<FoundEngine> {
  return unbuilt === undefined ? await findEngine() : { kind: 'none', reason: unbuilt };
}

/** The name a stand-in gets: in somebody's engine the public names may hold public images. */
export function standInName(engine: Engine, image: string): string {
  const tagged = image.replace(/@.*/, '');
  return engine.own ? tagged : `vigil-e2e/${tagged.slice(tagged.lastIndexOf('/') + 1)}`;
}

/** Builds the images. @throws when a build fails. */
export async function buildStandIns(engine: Engine): Promise<StandIns> {
  const sources = { programs: PROGRAMS, images: readEnvFile('versions.env') };
  const images = await buildImages(engine.api, sources, (image) => standInName(engine, image));
  const built = Object.values(images);
  return {
    engine,
    images,
    add: (image) => void built.push(image),
    stop: async () => {
      if (!engine.own) for (const name of built) await engine.api.remove(`/images/${name}?force=true`);
      await engine.stop();
    },
  };
}
