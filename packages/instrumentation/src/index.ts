export { httpRouteOf, setHttpRoute } from './http-route.ts';
export type {
  Instrumentation,
  InstrumentationStatus,
  InstrumentedLibrary,
  Mechanism,
  RefusedLibrary,
} from './instrumentation.ts';
export type { InstrumentationHost } from './instrumentation-host.ts';
export type { LibraryFile, LoadedFile, ModuleLoads } from './module-load/module-loads.ts';
