// Preloaded into an application: at SIGUSR2 its event loop stands still for BED_STALL_MILLIS.
const millis = Number(process.env.BED_STALL_MILLIS ?? 5_000);

process.on('SIGUSR2', () => {
  const endMillis = performance.now() + millis;
  while (performance.now() < endMillis);
});
