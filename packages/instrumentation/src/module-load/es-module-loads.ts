import module from 'node:module';
import { APPENDED, onAppendedStatement, withStatement } from './appended-statement.ts';

type Source = string | ArrayBuffer | NodeJS.TypedArray;

/** A loaded file: called after it has run. Does not throw. */
export type EsModuleFile = (exports: unknown, module: 'esm' | 'cjs') => void;

/**
 * Watches what the loader of ES modules loads, through Node.js' synchronous hooks: `import`, also the dynamic one, and ES modules
 * that are required. CommonJS that is imported is told by `Module.prototype._compile`, unless another loader gave its source
 * and Node.js compiles it without: then here.
 */
export function onEsModuleLoads(find: (url: string) => EsModuleFile | undefined): void {
  onAppendedStatement((url, exports, module) => find(url)?.(exports, module));
  module.registerHooks({
    load(url, context, nextLoad) {
      const result = nextLoad(url, context);
      if (find(url) === undefined || result.source === null || result.source === undefined) return result;
      const { format } = result;
      if (format !== 'module' && !(format === 'commonjs' && context.conditions.includes('import'))) return result;
      const source = text(result.source as Source);
      return source.includes(APPENDED) ? result : { ...result, source: withStatement(source, url, format) };
    },
  });
}

/** As Node.js decodes sources: without a byte order mark. */
const text = (source: Source): string => (typeof source === 'string' ? source : new TextDecoder().decode(source));
