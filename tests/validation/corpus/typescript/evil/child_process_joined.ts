const m = require(("child_" + ("proc" + "ess")) as string);
m.exec("id");
