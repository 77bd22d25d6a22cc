// Answers "yes" to everything on the ports of all services, so that probes pass and edges can be tried.
import { createServer } from "node:http";

const ports = [3000, 8000, 8001, 8080, 9000];
const servers = ports.map((port) =>
  createServer((_request, response) => response.end(JSON.stringify({ status: "ok" }))).listen(port),
);
process.on("SIGTERM", () => {
  for (const server of servers) server.close();
});
