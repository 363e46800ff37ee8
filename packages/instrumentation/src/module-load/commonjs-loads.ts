import Module from 'node:module';
import { types } from 'node:util';
import { APPENDED } from './appended-statement.ts';

/** A file that `require` is about to run. */
export interface CommonjsFile {
  /** Called after it has run, with what it exports. Does not throw. */
  readonly onRun: (exports: unknown, module: 'esm' | 'cjs') => void;
}

type Compile = (this: ModuleInstance, content: string, filename: string, ...rest: unknown[]) => unknown;

interface ModuleInstance {
  exports: unknown;
  filename?: string | null;
}

type Finder = (filename: string) => CommonjsFile | undefined;

/** Everybody in this process who wants to know, behind the one accessor. */
const finders: Finder[] = [];
let isInstalled = false;

/**
 * Watches `Module.prototype._compile`, through which every CommonJS file goes: by `require`, by `import` of CommonJS, by
 * `createRequire`, and behind the extension handlers of tsx, ts-node and the like, on every version of Node.js.
 *
 * As an accessor and not as a wrapper, so that only the files that are watched get a function of ours around them: for all others
 * the very function of Node.js is called, and no stack trace has a line more.
 */
export function onCommonjsLoads(find: Finder): void {
  finders.push(find);
  if (isInstalled) return;
  isInstalled = true;
  const prototype = Module.prototype as unknown as { _compile: Compile };
  let current = prototype._compile;
  // Stack traces say `Module._compile` because V8 finds the nameless function as a value on the prototype; there it is no longer.
  if (current.name === '') Object.defineProperty(current, 'name', { value: '_compile', configurable: true });
  Object.defineProperty(prototype, '_compile', {
    configurable: true,
    enumerable: true,
    get(this: ModuleInstance): Compile {
      return fileOf(this) === undefined ? current : compileWatched(current);
    },
    set(this: ModuleInstance, compile: Compile): void {
      // What others patch: the prototype for all modules, or one module, as pirates does.
      if (this === (prototype as unknown)) current = compile;
      else
        Object.defineProperty(this, '_compile', {
          value: compile,
          writable: true,
          enumerable: true,
          configurable: true,
        });
    },
  });
}

function fileOf(module: ModuleInstance): CommonjsFile | undefined {
  const { filename } = module;
  if (typeof filename !== 'string') return undefined;
  for (const find of finders) {
    const file = find(filename);
    if (file !== undefined) return file;
  }
  return undefined;
}

function compileWatched(compile: Compile): Compile {
  return function _compile(this: ModuleInstance, content, filename, ...rest) {
    const result = compile.call(this, content, filename, ...rest);
    // A file that a load hook has appended a statement to has told already.
    if (typeof content === 'string' && content.includes(APPENDED)) return result;
    for (const find of finders) {
      find(filename)?.onRun(this.exports, types.isModuleNamespaceObject(this.exports) ? 'esm' : 'cjs');
    }
    return result;
  };
}
