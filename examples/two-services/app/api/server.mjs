import { createServer } from "node:http";

/** The load balancer passes the whole path on, with the `/api` of the service's rule. */
const answers = { "/api/price": { price: "12.50 EUR" }, "/health": { status: "ok" } };

const server = createServer((request, response) => {
  const answer = answers[new URL(request.url, "http://localhost").pathname];
  response
    .writeHead(answer ? 200 : 404, { "content-type": "application/json" })
    .end(JSON.stringify(answer ?? { error: "not found" }));
});
server.listen(8080);

// ECS sends SIGTERM, and kills the task after the stop timeout: answer open requests, then exit.
process.on("SIGTERM", () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
