// A worker thread made of a string says whether its spans are recorded.
const { Worker } = require('node:worker_threads');

const code = `
const span = require('@opentelemetry/api').trace.getTracer('app').startSpan('in eval');
require('node:worker_threads').parentPort.postMessage(span.isRecording());`;
new Worker(code, { eval: true }).on('message', (isRecorded) => console.log(`recorded ${isRecorded}`));
