import { type Docker, lastLine } from './docker-command.ts';

/** Whether the stack's images can be had. `reason` is one short sentence. */
export type Images = { readonly kind: 'present' } | { readonly kind: 'missing'; readonly reason: string };

/** Registries answer with whole pages. */
const REASON_LENGTH = 160;

/** Makes sure that every image of the stack is there, pulling what is missing. Never throws. */
export async function ensureImages(docker: Docker, note: (line: string) => void): Promise<Images> {
  const listed = await docker.compose(['config', '--images']);
  if (listed.code !== 0) return { kind: 'missing', reason: `compose: ${lastLine(listed.err)}` };
  const images = [...new Set(listed.out.split('\n').filter((image) => image !== ''))];
  const missing: string[] = [];
  for (const image of images) {
    if ((await docker.docker(['image', 'inspect', '--format', '{{.Id}}', image])).code !== 0) missing.push(image);
  }
  if (missing.length === 0) return { kind: 'present' };
  note(`Pulling ${missing.join(', ')}: usually a minute or two …`);
  for (const image of missing) {
    const pulled = await docker.docker(['pull', '--quiet', image]);
    if (pulled.code !== 0)
      return { kind: 'missing', reason: `${image} cannot be pulled (${lastLine(pulled.err).slice(0, REASON_LENGTH)})` };
  }
  return { kind: 'present' };
}
