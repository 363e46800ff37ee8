export { openExportPipeline } from './export-pipeline.ts';
export type { ExportPlatform } from './worker/export-platform.ts';
export { runExportWorker } from './worker/export-worker.ts';
export type { WorkerStart } from './worker/worker-message.ts';
