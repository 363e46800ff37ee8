const express = require('express');

const app = express();
app.get('/hello/:name', (request, response) => {
  response.json({ hello: request.params.name });
});
const server = app.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening on http://127.0.0.1:${server.address().port}\n`);
});
