export { APPLICATION_DISK, type ApplicationDisk } from './application-disk.ts';
export { type ApplicationFacts, applicationFacts, type ProcessFacts } from './application-facts.ts';
export { type ApplicationMode, applicationMode, type MainScript } from './application-mode.ts';
export {
  type AwaitedLibrary,
  type DiagnosedLibrary,
  type Diagnosis,
  diagnose,
  type NotInstrumentedCause,
  type NotInstrumentedLibrary,
} from './diagnosis.ts';
export { instrumentationWords } from './instrumentation-words.ts';
export { ancestors, installedVersion, type PackageManifest, readManifest } from './package-manifest.ts';
export { CHANNEL_LIBRARIES, noting, type SupportedLibrary } from './supported-library.ts';
