require('reflect-metadata');
const common = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const { ExpressAdapter } = require('@nestjs/platform-express');
const { nestApp } = require('../apps/nest.mjs');

nestApp({ common, NestFactory, adapter: new ExpressAdapter() });
