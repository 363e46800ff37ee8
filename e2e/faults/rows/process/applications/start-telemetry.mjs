import { startTelemetry } from '@vigil/node';

startTelemetry();
