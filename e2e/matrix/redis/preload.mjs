// As the preload of @vigil/node does it: told by the real module loads what the application loads. Only for load-cell.mjs.
import { createModuleLoads } from '@vigil/instrumentation';
import { Recording } from './recording.ts';

globalThis.recording = new Recording(createModuleLoads({ warn: (line) => console.error(line) }));
