import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseVigilConfig, type VigilConfig } from '@vigil/config/file';

/** Folder of this checkout. */
export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** Text of a file of this checkout. */
export const textOf = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8');

/** The checkout's own configuration. */
export const checkoutConfig = (): VigilConfig => parseVigilConfig(textOf('vigil.yaml'), 'vigil.yaml');

/** The smallest configuration there is: one service, defaults everywhere. */
export const smallConfig = (): VigilConfig =>
  parseVigilConfig(
    `services: [{name: api, team: web}]
telemetry: {team: platform}
receivers: {pager: {urlFile: secrets/pager-url}}
links:
  grafana: http://grafana.example
  prometheus: http://prometheus.example
  alertmanager: http://alertmanager.example
  jaeger: http://jaeger.example
  runbooks: http://runbooks.example
`,
    'small.yaml',
  );
