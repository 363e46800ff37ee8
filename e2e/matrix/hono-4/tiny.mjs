import { serve } from '@hono/node-server';
import { Hono } from 'hono/tiny';
import { honoApp } from '../apps/hono.mjs';

await honoApp(Hono, serve);
