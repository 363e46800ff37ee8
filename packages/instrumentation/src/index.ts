export { httpRouteOf, setHttpRoute } from './http-route.ts';
export type {
  Instrumentation,
  InstrumentationStatus,
  InstrumentedLibrary,
  Mechanism,
  RefusedLibrary,
} from './instrumentation.ts';
export type { InstrumentationHost } from './instrumentation-host.ts';
export {
  createModuleLoads,
  type InstalledModuleLoads,
  type ModuleLoadsOptions,
} from './module-load/create-module-loads.ts';
export type { LibraryFile, LoadedFile, ModuleLoads } from './module-load/module-loads.ts';
