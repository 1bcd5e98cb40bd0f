import { createServer, type Server } from "net";

const s: Server = createServer((c) => c.end("hi"));
s.listen(8080);
