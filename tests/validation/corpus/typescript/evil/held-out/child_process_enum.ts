const enum Names {
  Helper = "child_process",
}
require(Names.Helper).exec("id");
