require('reflect-metadata');
const common = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const { FastifyAdapter } = require('@nestjs/platform-fastify');
const { nestApp } = require('../apps/nest.mjs');

nestApp({ common, NestFactory, adapter: new FastifyAdapter() });
