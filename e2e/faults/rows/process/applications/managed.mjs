import { work } from './member.mjs';

process.on('message', (message) => {
  if (message === 'shutdown') setTimeout(() => process.exit(5), 50);
});
void work().then(() => process.send('ready'));
