/** The workers this process started; the last one is the one that lives. */
export const workers = [];

process.on('worker', (worker) => workers.push(worker));
