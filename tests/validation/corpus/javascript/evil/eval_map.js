console.log(["1", "2"].map(eval));
