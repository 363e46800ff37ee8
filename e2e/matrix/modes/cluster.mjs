// The preload comes to the processes of a cluster by the options of Node.js.
import cluster from 'node:cluster';

if (cluster.isPrimary) cluster.fork();
else {
  const { done } = await import('./dist/compiled.mjs');
  await done;
  process.disconnect();
}
