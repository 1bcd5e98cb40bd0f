process.mainModule.require("child_process").exec("id");
