import { createServer } from "node:http";

const port = Number(process.env.PORT ?? 8000);
const pages = { "/": "Hello from Fargate\n", "/health": "ok\n" };

const server = createServer((request, response) => {
  const body = pages[new URL(request.url, "http://localhost").pathname];
  response.writeHead(body ? 200 : 404, { "content-type": "text/plain" }).end(body ?? "not found\n");
});
server.listen(port, () => console.log(`listening on ${port}`));

// ECS sends SIGTERM, and kills the task after the stop timeout: answer open requests, then exit.
process.on("SIGTERM", () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
