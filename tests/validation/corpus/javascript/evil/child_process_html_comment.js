const a = 1
<!-- is a comment in scripts
require("child_process").exec("id")
--> so is this
