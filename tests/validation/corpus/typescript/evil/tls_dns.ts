import tls from "node:tls";
import { promises as names } from "node:dns";

void names.resolve4("example.com").then(([host]) => tls.connect(443, host));
