/** Names that `@opentelemetry/semantic-conventions` still exports as unstable, copied as OpenTelemetry advises. */
export const ATTR_HOST_ARCH = 'host.arch';
export const ATTR_HOST_NAME = 'host.name';
export const ATTR_OS_TYPE = 'os.type';
export const ATTR_PROCESS_PID = 'process.pid';
export const ATTR_PROCESS_RUNTIME_NAME = 'process.runtime.name';
export const ATTR_PROCESS_RUNTIME_VERSION = 'process.runtime.version';
