// A receiver of webhooks that keeps what it gets. Prints READY and its address. `POST /behave` says how it is to answer from now
// on, and answers with what it got so far.
import { createServer } from "node:http";

let behaviour = { status: 204 };
const got = [];

const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  if (request.url === "/behave") {
    if (body !== "null") behaviour = JSON.parse(body);
    return response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(got));
  }
  got.push({ path: request.url, headers: request.headers, body });
  if (behaviour.hang) return;
  const headers = behaviour.location ? { location: behaviour.location } : {};
  response.writeHead(behaviour.status, headers);
  // More than anybody should read.
  if (behaviour.endless) return setInterval(() => response.write("x".repeat(65536)), 1).unref();
  response.end();
});
server.listen(0, "127.0.0.1", () => console.log(`READY http://127.0.0.1:${server.address().port}`));
