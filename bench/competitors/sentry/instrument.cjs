'use strict';

// As Sentry's documentation sets up Node.js, with every transaction sent.
const Sentry = require('@sentry/node');

Sentry.init({ dsn: process.env.SENTRY_DSN, tracesSampleRate: 1 });
