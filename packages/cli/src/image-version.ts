/** The version in an image's name: `docker.io/prom/prometheus:v3.15.0@sha256:…` is `3.15.0`. Never throws. */
export function imageVersion(image: string): string {
  const [name = ''] = image.split('@');
  const [, version] = /:v?([^:/]+)$/.exec(name) ?? [];
  return version ?? 'latest';
}
