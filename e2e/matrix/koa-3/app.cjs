const Router = require('@koa/router');
const Koa = require('koa');
const { koaApp } = require('../apps/koa.mjs');

koaApp(Koa, Router.default ?? Router);
