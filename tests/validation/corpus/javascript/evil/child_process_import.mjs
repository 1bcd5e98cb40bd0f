import * as helpers from "node:child_process";

helpers.spawn("id", { stdio: "inherit" });
