import { expect, test } from '@jest/globals';
import { StorageContextManager } from '@vigil/tracer';
import type { InstrumentationHost } from '../instrumentation-host.ts';
import type { LibraryFile, LoadedFile } from '../module-load/module-loads.ts';
import { createPgInstrumentation } from './instrumentation.ts';

function setUp() {
  const watchers: { readonly file: LibraryFile; readonly onLoad: (loaded: LoadedFile) => void }[] = [];
  const warnings: string[] = [];
  const host = {
    tracer: () => undefined,
    metrics: undefined,
    contextManager: new StorageContextManager(),
    modules: {
      watch: (file: LibraryFile, onLoad: (loaded: LoadedFile) => void) => {
        watchers.push({ file, onLoad });
        return () => undefined;
      },
    },
    warn: (line: string) => void warnings.push(line),
    nowMillis: () => 0,
  } as unknown as InstrumentationHost;
  const instrumentation = createPgInstrumentation(host);
  instrumentation.enable();
  instrumentation.enable();
  const load = (library: string, file: string, exports: unknown) => {
    const loaded = {
      library,
      version: '8.23.1',
      file,
      module: 'cjs',
      folder: library,
      exports,
    } as unknown as LoadedFile;
    for (const { file: of, onLoad } of watchers) if (of.library === library && of.files.includes(file)) onLoad(loaded);
  };
  return { instrumentation, load, watchers, warnings };
}

test('enabled twice it watches pg and pg-pool once', () => {
  expect(setUp().watchers.map(({ file }) => file.library)).toEqual(['pg', 'pg-pool']);
});

test.each([
  ['pg', 'lib/client.js', class {}, 'no Client.Query with handleReadyForQuery and handleError'],
  ['pg', 'lib/native/client.js', class {}, 'its native client has other parts: use the JavaScript one'],
  ['pg-pool', 'index.js', class {}, 'no Pool with query, connect, newClient, _acquireClient and _release'],
])('%s %s of another make is refused', (library, file, exports, reason) => {
  const { instrumentation, load, warnings } = setUp();
  load(library, file, exports);
  expect(instrumentation.status()).toMatchObject({ instrumented: [], refused: [{ library, reason }] });
  expect(warnings).toEqual([`${library} 8.23.1 is not instrumented: ${reason}`]);
});
