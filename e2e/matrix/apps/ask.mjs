import { once } from 'node:events';
import { get } from 'node:http';

/** Sends these requests (`GET /path`) one after another to a server that listens on a free port of its own. */
export async function ask(port, requests) {
  for (const line of requests) {
    const [method, path] = line.split(' ');
    const request = get({ port, path, method, agent: false });
    const [response] = await once(request, 'response');
    response.resume();
    await once(response, 'end');
  }
}

/** The same for a server that does not listen yet, and closes it. */
export async function serveAndAsk(server, requests) {
  server.listen(0);
  await once(server, 'listening');
  await ask(server.address().port, requests);
  server.close();
}
