const box = {
  get size() {
    return require("child_process").exec("id");
  },
};
console.log(box.size);
