const name = "child_process" as const satisfies string;
require(name).exec("id");
