const kind = "exec";
eval_: for (const x of [1, 2]) {
  switch (kind) {
    case "exec":
      break eval_;
    case "fork":
      continue eval_;
    default:
  }
}
console.log(kind);
