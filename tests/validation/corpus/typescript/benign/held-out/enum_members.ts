enum Step {
  eval,
  exec = 5,
  require = "require(",
}
console.log(Step.eval, Step.exec, Step["require"], Step[5]);
