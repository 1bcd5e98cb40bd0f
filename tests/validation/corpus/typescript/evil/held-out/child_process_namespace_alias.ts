import * as cp from "node:child_process";
import run = cp.exec;

run("id");
