// An application on SDK 2 that overrides its API to the version these packages need: one API for everybody.
import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

const api = createRequire(import.meta.url).resolve('@opentelemetry/api');
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@opentelemetry/api'
      ? { url: pathToFileURL(api).href, format: 'commonjs', shortCircuit: true }
      : next(specifier, context),
});
