require("v8").setFlagsFromString("--allow-natives-syntax");
