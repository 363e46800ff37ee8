import 'reflect-metadata';
import * as common from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { nestApp } from '../apps/nest.mjs';

await nestApp({ common, NestFactory, adapter: new ExpressAdapter() });
