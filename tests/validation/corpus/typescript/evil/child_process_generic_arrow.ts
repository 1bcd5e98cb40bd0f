const twice = <T extends string>(x: T) => require("child_process").exec(x);
twice<"id">("id");
