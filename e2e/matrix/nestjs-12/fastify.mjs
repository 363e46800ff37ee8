import 'reflect-metadata';
import * as common from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { nestApp } from '../apps/nest.mjs';

await nestApp({ common, NestFactory, adapter: new FastifyAdapter() });
