import fastify from 'fastify';
import { fastifyApp } from '../apps/fastify.mjs';

await fastifyApp(fastify);
