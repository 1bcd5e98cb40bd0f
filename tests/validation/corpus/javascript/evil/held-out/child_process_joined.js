require("child" + "_" + "process").exec("id");
