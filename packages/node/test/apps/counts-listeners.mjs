// Does what the package signal-exit does: dies of the signal when nobody but itself listens.
setInterval(() => undefined, 1_000);
const onSignal = () => {
  console.log(`listeners ${process.listeners('SIGINT').length}`);
  if (process.listeners('SIGINT').length !== 1) return;
  process.off('SIGINT', onSignal);
  process.kill(process.pid, 'SIGINT');
};
process.on('SIGINT', onSignal);
console.log('ready');
