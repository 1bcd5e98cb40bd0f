import dns from "node:dns/promises";

await dns.resolve("example.com");
