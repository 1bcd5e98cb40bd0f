import { createRequire as make } from "node:module";

const need: (name: string) => any = make("/tmp/x.js");
need("child_process").exec("id");
