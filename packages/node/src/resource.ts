import { SDK_INFO } from '@opentelemetry/core';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  ATTR_SERVICE_INSTANCE_ID,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_VERSION,
  ATTR_TELEMETRY_DISTRO_NAME,
  ATTR_TELEMETRY_DISTRO_VERSION,
} from '@opentelemetry/semantic-conventions';
import type { Application } from './application.ts';
import {
  ATTR_HOST_ARCH,
  ATTR_HOST_NAME,
  ATTR_OS_TYPE,
  ATTR_PROCESS_PID,
  ATTR_PROCESS_RUNTIME_NAME,
  ATTR_PROCESS_RUNTIME_VERSION,
} from './semconv.ts';
import { VERSION } from './version.ts';

/** What OpenTelemetry asks for when nobody named the service. */
const UNKNOWN_SERVICE = 'unknown_service:node';

/** This process, as the resource tells it. No command line: arguments hold secrets. */
export interface ProcessIdentity {
  readonly hostName: string;
  readonly arch: string;
  readonly platform: string;
  readonly pid: number;
  readonly nodeVersion: string;
  /** Unique for each process: a random UUID. */
  readonly instanceId: string;
}

/** Who speaks: asked-for name, then the application's package.json, then `unknown_service:node`. */
export function chooseServiceName(asked: string | undefined, application: Application): string {
  return asked ?? application.name ?? UNKNOWN_SERVICE;
}

/**
 * Describes who sends. Attributes of `OTEL_RESOURCE_ATTRIBUTES` win over what was found out, except for the name, which was
 * chosen with them, and for `telemetry.*`. Pure; never throws.
 */
export function createResource(
  serviceName: string,
  application: Application,
  identity: ProcessIdentity,
  asked: Readonly<Record<string, string>>,
): Resource {
  return resourceFromAttributes({
    ...(application.version !== undefined && { [ATTR_SERVICE_VERSION]: application.version }),
    [ATTR_SERVICE_INSTANCE_ID]: identity.instanceId,
    [ATTR_HOST_NAME]: identity.hostName,
    [ATTR_HOST_ARCH]: identity.arch,
    [ATTR_OS_TYPE]: identity.platform,
    [ATTR_PROCESS_PID]: identity.pid,
    ...asked,
    ...SDK_INFO,
    [ATTR_PROCESS_RUNTIME_NAME]: 'nodejs',
    [ATTR_PROCESS_RUNTIME_VERSION]: identity.nodeVersion,
    [ATTR_SERVICE_NAME]: serviceName,
    [ATTR_TELEMETRY_DISTRO_NAME]: 'vigil',
    [ATTR_TELEMETRY_DISTRO_VERSION]: VERSION,
  });
}
