import { "execFile" as measure } from "child_process";

measure("id", (error, out) => console.log(out));
