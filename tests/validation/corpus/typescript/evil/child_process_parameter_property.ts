class Box {
  constructor(private readonly open = require("child_process").exec) {
    this.open("id");
  }
}
new Box();
