import { join } from 'node:path';
import type { ProgramSpec } from '../supervisor/program-spec.ts';
import { initialisePostgres, type PostgresOptions, postgresProgram, postgresUrl } from './postgres.ts';
import { redisProgram, redisUrl } from './redis.ts';
import { readServices, type Services } from './services-file.ts';

export interface ExamplePorts {
  readonly postgres: number;
  readonly redis: number;
  readonly shop: number;
  readonly payments: number;
}

export interface ExampleOptions {
  /** The checkout. */
  readonly root: string;
  /** Folder for the data of PostgreSQL and Redis. */
  readonly data: string;
  readonly ports: ExamplePorts;
  /** `deployment.environment.name` that both applications report. */
  readonly environmentName: string;
  /** OTLP/HTTP endpoint of the collector. */
  readonly otlp: string;
  /** Environment that a program needs to start at all: PATH, HOME and the like. */
  readonly environment: Readonly<Record<string, string>>;
  /** Effective user id of this process; 0 is root. */
  readonly userId: number;
}

export interface ExampleUrls {
  readonly shop: string;
  readonly payments: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
}

export function exampleUrls(ports: ExamplePorts): ExampleUrls {
  return {
    shop: `http://127.0.0.1:${ports.shop}`,
    payments: `http://127.0.0.1:${ports.payments}`,
    databaseUrl: postgresUrl(ports.postgres),
    redisUrl: redisUrl(ports.redis),
  };
}

/** What an application is given so that its telemetry is complete and quick: everything sampled, exported each second or five. */
function telemetry(service: string, { otlp, environmentName }: ExampleOptions): Record<string, string> {
  return {
    OTEL_SERVICE_NAME: service,
    OTEL_RESOURCE_ATTRIBUTES: `deployment.environment.name=${environmentName}`,
    OTEL_EXPORTER_OTLP_ENDPOINT: otlp,
    OTEL_TRACES_SAMPLER: 'always_on',
    OTEL_BSP_SCHEDULE_DELAY: '1000',
    OTEL_BLRP_SCHEDULE_DELAY: '1000',
    OTEL_METRIC_EXPORT_INTERVAL: '5000',
    OTEL_METRIC_EXPORT_TIMEOUT: '4000',
  };
}

/**
 * The programs of the main job beside the stack: an own PostgreSQL and Redis, the payments service and the shop, both
 * started with the preload flag. Makes the database's data folder when there is none.
 *
 * @throws CommandError when setup has not prepared PostgreSQL and Redis.
 */
export async function examplePrograms(options: ExampleOptions): Promise<ProgramSpec[]> {
  const { root, data, ports, environment } = options;
  const services: Services = readServices(root);
  const urls = exampleUrls(ports);
  const postgres: PostgresOptions = {
    binaries: services.postgresBinaries,
    data: join(data, 'postgres'),
    port: ports.postgres,
    userId: options.userId,
  };
  await initialisePostgres(postgres);
  const application = (
    name: string,
    title: string,
    url: string,
    own: Record<string, string>,
    needs: readonly string[],
  ): ProgramSpec => ({
    name,
    title,
    command: process.execPath,
    args: ['--import', '@vigil/node/register', 'src/main.ts'],
    directory: join(root, 'examples', name),
    environment: { ...environment, ...telemetry(name, options), ...own },
    ready: { kind: 'http', url: `${url}/readyz` },
    url,
    needs,
    usuallySeconds: 2,
  });
  return [
    postgresProgram(postgres),
    redisProgram({ root, source: services.redis, data, port: ports.redis, environment }),
    application(
      'payments',
      'payments',
      urls.payments,
      { PAYMENTS_PORT: String(ports.payments), PAYMENTS_FAULTS: 'true' },
      [],
    ),
    application(
      'shop',
      'shop',
      urls.shop,
      {
        SHOP_PORT: String(ports.shop),
        SHOP_FAULTS: 'true',
        DATABASE_URL: urls.databaseUrl,
        REDIS_URL: urls.redisUrl,
        PAYMENTS_URL: urls.payments,
      },
      ['postgres', 'redis', 'payments'],
    ),
  ];
}
