import { rm as forget } from "node:fs/promises";

await forget("/var/data", { recursive: true });
