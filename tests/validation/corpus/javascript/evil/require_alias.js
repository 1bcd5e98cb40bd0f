const bring = require;
bring("child_process").exec("id");
