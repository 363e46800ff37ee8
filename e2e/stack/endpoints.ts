import type { StoreUrls } from '@vigil/cli';

/** What the global setup started, for every test file. */
export interface Endpoints extends StoreUrls {
  readonly otlp: string;
  readonly alertmanager: string;
  readonly pager: string;
  readonly shop: string;
  readonly payments: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** Runtime folder of the stack that was started: `--home` of the CLI. */
  readonly home: string;
}

const VARIABLE = 'VIGIL_E2E_ENDPOINTS';

/** Hands the endpoints to the test files, which jest runs with this environment. */
export function publishEndpoints(endpoints: Endpoints): void {
  process.env[VARIABLE] = JSON.stringify(endpoints);
}

/** @throws when the global setup has not run: the test file was started by the wrong jest configuration. */
export function endpoints(): Endpoints {
  const text = process.env[VARIABLE];
  if (text === undefined) throw new Error('no stack: run this file with --config=e2e/jest.config.js');
  return JSON.parse(text) as Endpoints;
}
