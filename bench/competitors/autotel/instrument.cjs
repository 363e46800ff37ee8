'use strict';

// As autotel's README sets up CommonJS.
const { getNodeAutoInstrumentations } = require('@opentelemetry/auto-instrumentations-node');
const { init } = require('autotel');

init({ service: process.env.OTEL_SERVICE_NAME, instrumentations: [getNodeAutoInstrumentations()] });
