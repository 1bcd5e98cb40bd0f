const main = process.mainModule!;
main.require("child_process").exec("id");
