import { type ChildProcess, spawn as start } from "node:child_process";

const child: ChildProcess = start("id");
child.unref();
