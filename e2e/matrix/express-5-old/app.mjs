import express from 'express';
import { expressApp } from '../apps/express.mjs';

await expressApp(express);
