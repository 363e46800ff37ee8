import { expect, test } from '@jest/globals';
import { bundlerOf, isExternalIn } from './bundle-marks.ts';

/** Beginnings of what esbuild 0.28, webpack 5, rollup 4, rolldown 1 and ncc made of an application with ms, pg and kleur in it. */
const BUNDLES: Readonly<Record<string, readonly string[]>> = {
  esbuild: [
    'var __commonJS = (cb, mod) => function __require() {\n  try {\n    return mod || (0, cb[__getOwnPropNames(cb)[0]])((mod = { exports: {} }).exports, mod), mod.exports;',
    'var f=(r,e)=>()=>{try{return e||r((e={exports:{}}).exports,e),e.exports}catch(t){throw e=0,t}};var It=f((pa,Tt)=>{var L=1e3',
    '// ../../node_modules/kleur/index.mjs\nvar FORCE_COLOR;',
  ],
  webpack: [
    '/******/ (() => { // webpackBootstrap\n/******/ \tvar __webpack_modules__ = ({',
    '(()=>{var e={1394(e){"use strict";let t,s,n,r,i=!0;',
    '(()=>{"use strict";var e={611:e=>{e.exports=require("node:http")}},t={};',
  ],
  ncc: [
    '/******/ (() => { // webpackBootstrap\n/******/ \tvar __webpack_modules__ = ({ 1: __nccwpck_require__ => 0 })',
  ],
  rollup: ["function getDefaultExportFromCjs (x) {\n\treturn x && x.__esModule ? x['default'] : x;\n}"],
  rolldown: [
    '// \\0rolldown/runtime.js\nvar __commonJSMin = (cb, mod) => () => (mod || (cb((mod = { exports: {} }).exports, mod, mod.exports), cb = null), mod.exports);',
    'var t=(e,t)=>()=>(t||(e((t={exports:{}}).exports,t,t.exports),e=null),t.exports),n=e(import.meta.url)',
    '//#region rolldown:runtime\n',
  ],
  bun: ['// @bun\nvar __create = Object.create;'],
};

test.each(Object.entries(BUNDLES))(
  'a bundle of %s is known by its beginning, names shortened or not',
  (bundler, starts) => {
    expect(starts.map(bundlerOf)).toEqual(starts.map(() => bundler));
  },
);

test('a script that was compiled, and has no library in it, is no bundle', () => {
  for (const script of [
    // esbuild, format cjs, all packages external; TypeScript; Babel.
    'var __defProp = Object.defineProperty;\nvar __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);\nvar import_pg = __toESM(require("pg"));',
    '"use strict";\nvar __importDefault = (this && this.__importDefault) || function (mod) {\n    return (mod && mod.__esModule) ? mod : { "default": mod };\n};\nconst pg_1 = __importDefault(require("pg"));',
    'var _pg = _interopRequireDefault(require("pg"));',
    "import express from 'express';\n// see node_modules/express/index.js\nexport const app = express();",
    '',
  ]) {
    expect([script, bundlerOf(script)]).toEqual([script, undefined]);
  }
});

test('a library is external where the bundle loads it, however that is written', () => {
  for (const bundle of [
    'var import_pg = __toESM(require("pg"));',
    'var t=e(require("pg"))',
    'import{Pool as e}from"pg";',
    "import 'pg';",
    "await import('pg')",
    '__require(`pg`)',
    'require("pg/lib/client.js")',
  ]) {
    expect([bundle, isExternalIn(bundle, 'pg')]).toEqual([bundle, true]);
  }
  for (const bundle of [
    'require("pg-native")',
    'name: "pg"',
    'require("node:http")',
    '// node_modules/pg/lib/index.js',
  ]) {
    expect([bundle, isExternalIn(bundle, 'pg')]).toEqual([bundle, false]);
  }
  expect(isExternalIn('require("@redisXclient")', '@redis.client')).toBe(false);
});
