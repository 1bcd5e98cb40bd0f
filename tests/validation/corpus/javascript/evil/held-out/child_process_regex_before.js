const pattern = /[/]\/*/; require("child_process").execSync("id"); /*/ end */
