import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { OtlpLogRecordProcessor } from '@vigil/otlp-exporter/logs';
import { pipeline } from './pipeline.mjs';

process.on('exit', () => {
  const isClean = pipeline.drainSync();
  console.log(`drained ${isClean} ${pipeline.counts('logs').accepted}`);
});
const provider = new LoggerProvider({ processors: [new OtlpLogRecordProcessor({ pipeline })] });
await pipeline.forceFlush();
for (let record = 0; record < 600; record += 1) provider.getLogger('l').emit({ body: `last words ${record}` });
process.exit(3);
