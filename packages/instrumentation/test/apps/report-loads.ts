/** Preload of module-loads.test.ts: prints one line for every file that is loaded, refused or could not be told of. */
import { createModuleLoads } from '../../src/module-load/create-module-loads.ts';

const say = (...parts: string[]) => process.stdout.write(`${parts.join(' ')}\n`);

const loads = createModuleLoads({
  warn: (line) => say('warn', line),
  ...(process.env.WITHOUT_HOOKS === '1' && { hasSyncHooks: false }),
});
for (const library of ['plain', 'dual', '@scope/plain', 'thrower', 'ring', 'async']) {
  loads.watch(
    { library, files: ['lib/index.js', 'lib/index.mjs', 'lib/index.cjs'], versions: '>=1 <2' },
    ({ file, module, exports, folder }) => {
      if (process.env.THROWING === '1') throw new Error('a mistake of ours');
      say('loaded', library, file, module, Object.keys(exports).join(), folder.slice(folder.indexOf('node_modules')));
    },
    (name, version) => say('refused', name, version),
  );
}
