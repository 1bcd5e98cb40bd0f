import { writeFileSync } from "node:fs";

for (let i = 0; ; i++) writeFileSync(`fill-${i}`, Buffer.alloc(1 << 20));
