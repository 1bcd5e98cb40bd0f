import { Worker } from "node:worker_threads";

new Worker("1 + 1", { eval: true });
