import { type Docker, lastLine } from './docker-command.ts';

/** Whether the stack's images can be had. `reason` is one short sentence. */
export type Images =
  /** `services`: those whose images are there, all of them or all but optional ones. */
  | { readonly kind: 'present'; readonly services: readonly string[] }
  | { readonly kind: 'missing'; readonly reason: string };

/** Services that only show what others hold: without their image the stack still stores, alerts and pages. */
const OPTIONAL: readonly string[] = ['grafana'];
/** Registries answer with whole pages. */
const REASON_LENGTH = 160;

/** Makes sure that every image of the stack is there, pulling what is missing. Never throws. */
export async function ensureImages(docker: Docker, note: (line: string) => void): Promise<Images> {
  const listed = await docker.compose(['config', '--format', 'json']);
  if (listed.code !== 0) return { kind: 'missing', reason: `compose: ${lastLine(listed.err)}` };
  const { services } = JSON.parse(listed.out) as { services: Readonly<Record<string, { readonly image: string }>> };
  const images = new Set(Object.values(services).map(({ image }) => image));
  const missing: string[] = [];
  for (const image of images) {
    if ((await docker.docker(['image', 'inspect', '--format', '{{.Id}}', image])).code !== 0) missing.push(image);
  }
  if (missing.length > 0) note(`Pulling ${missing.join(', ')}: usually a minute or two …`);
  const names = new Set(Object.keys(services));
  for (const image of missing) {
    const pulled = await docker.docker(['pull', '--quiet', image]);
    if (pulled.code === 0) continue;
    const reason = `${image} cannot be pulled (${lastLine(pulled.err).slice(0, REASON_LENGTH)})`;
    const users = Object.keys(services).filter((name) => services[name]?.image === image);
    if (!users.every((name) => OPTIONAL.includes(name))) return { kind: 'missing', reason };
    note(`Without ${users.join(', ')}: ${reason}.`);
    for (const name of users) names.delete(name);
  }
  return { kind: 'present', services: [...names] };
}
