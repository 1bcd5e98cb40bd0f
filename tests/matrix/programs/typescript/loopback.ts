import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const server = createServer((request, response) => response.end(`served ${request.url}`));
await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
const { port } = server.address() as AddressInfo;
console.log(await (await fetch(`http://127.0.0.1:${port}/page`)).text());
server.close();
server.closeAllConnections();
