console.log((() => {}).constructor("return process")());
