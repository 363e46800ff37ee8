const { serve } = require('@hono/node-server');
const { Hono } = require('hono');
const { honoApp } = require('../apps/hono.mjs');

honoApp(Hono, serve);
