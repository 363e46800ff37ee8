import { ROUTES } from './routes.ts';
import { type ModuleKind, VARIANTS } from './variants.ts';

/** Who is measured on what: each set is one run and one committed result. */
export interface BenchmarkSet {
  readonly name: string;
  readonly title: string;
  readonly variants: readonly string[];
  readonly routes: readonly string[];
  readonly modules: readonly ModuleKind[];
  readonly rounds: number;
}

const MAIN_ROUTES = ['ping', 'orders', 'list'];

export const SETS: readonly BenchmarkSet[] = [
  {
    name: 'headline',
    title: 'CommonJS application, Vigil beside what is used most',
    variants: ['bare', 'bare-again', 'vigil', 'vigil-all', 'stock', 'stock-off', 'dd-trace'],
    routes: MAIN_ROUTES,
    modules: ['cjs'],
    rounds: 10,
  },
  {
    name: 'agents',
    title: 'Other agents, CommonJS application',
    variants: ['bare', 'bare-again', 'vigil', 'splunk', 'elastic', 'sentry', 'autotel'],
    routes: MAIN_ROUTES,
    modules: ['cjs'],
    rounds: 10,
  },
  {
    name: 'libraries',
    title: 'fastify, pino, outgoing fetch and Socket.IO, CommonJS application',
    variants: ['bare', 'bare-again', 'vigil', 'vigil-all', 'stock', 'dd-trace'],
    routes: ['fastify', 'log', 'fetch', 'echo'],
    modules: ['cjs'],
    rounds: 10,
  },
  {
    name: 'esm',
    title: 'The application as ES modules',
    variants: ['bare', 'bare-again', 'vigil', 'vigil-all', 'vigil-off', 'stock', 'dd-trace'],
    routes: MAIN_ROUTES,
    modules: ['esm'],
    rounds: 10,
  },
];

/** What ends in three minutes: the headline's most telling rows. */
export const QUICK: BenchmarkSet = {
  name: 'quick',
  title: 'Quick run',
  variants: ['bare', 'bare-again', 'vigil', 'vigil-all', 'stock', 'dd-trace'],
  routes: MAIN_ROUTES,
  modules: ['cjs'],
  rounds: 2,
};

/** Everything with everything: hours. */
export const ALL: BenchmarkSet = {
  name: 'all',
  title: 'Everything',
  variants: VARIANTS.map(({ name }) => name),
  routes: ROUTES.map(({ name }) => name),
  modules: ['cjs', 'esm'],
  rounds: 10,
};
