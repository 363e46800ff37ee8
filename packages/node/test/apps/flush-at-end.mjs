// A second preload, for tests of what is sent: waits at the end of the application until all of it has arrived.
import { startTelemetry } from '@vigil/node';

process.once('beforeExit', () => void startTelemetry().forceFlush());
