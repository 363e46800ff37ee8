const fastify = require('fastify');
const { fastifyApp } = require('../apps/fastify.mjs');

fastifyApp(fastify);
