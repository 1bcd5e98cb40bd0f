const a = 1, b = 2, eval_ = 3;
console.log(a < b, b > a, a<b && b>eval_);
