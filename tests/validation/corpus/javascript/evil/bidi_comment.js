const level = "user";
if (level !== "user‮ ⁦// check⁩ ⁦") {
  eval("1 + 1");
}
