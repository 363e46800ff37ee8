import Router from '@koa/router';
import Koa from 'koa';
import { koaApp } from '../apps/koa.mjs';

await koaApp(Koa, Router);
