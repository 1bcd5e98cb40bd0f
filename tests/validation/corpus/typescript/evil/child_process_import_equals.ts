import helpers = require("child_process");

helpers.exec("id");
