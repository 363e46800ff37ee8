// The bed's application: one route that answers from memory, so that all it can feel is its telemetry.
const { createRequire } = require('node:module');
const express = createRequire(process.env.BED_MODULES)('express');

const app = express();
app.get('/ping', (_, response) => response.send('pong'));
const server = app.listen(0, process.env.BED_HOST, () => {
  process.stdout.write(`listening on http://${process.env.BED_HOST}:${server.address().port}\n`);
});
