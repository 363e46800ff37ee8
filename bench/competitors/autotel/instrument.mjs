// As autotel's README sets up ES modules.
import 'autotel/register';
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
import { init } from 'autotel';

init({ service: process.env.OTEL_SERVICE_NAME, instrumentations: [getNodeAutoInstrumentations()] });
