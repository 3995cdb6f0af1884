import { createServer } from "node:http";

const greeting = "Hello from Fargate";
const page = `<!doctype html>
<title>Shop</title>
<h1>${greeting}</h1>
<p id="price"></p>
<script type="module">
  const { price } = await (await fetch("/api/price")).json();
  document.querySelector("#price").textContent = price;
</script>
`;

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, "http://localhost");
  if (pathname === "/health") response.end("ok\n");
  else if (pathname === "/") response.setHeader("content-type", "text/html").end(page);
  else response.writeHead(404).end("not found\n");
});
server.listen(8000);

// ECS sends SIGTERM, and kills the task after the stop timeout: answer open requests, then exit.
process.on("SIGTERM", () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
