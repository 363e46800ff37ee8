import { start } from './application.cjs';

start((name) => import(name));
