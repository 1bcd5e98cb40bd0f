console.log((function () {})[`constructor`]`return 1`());
