const plan = { eval: 1, Function: 2, require: 3, fetch: 4, child_process: 5, "process.binding": 6 };
console.log(plan.eval + plan.Function + plan.require + plan.fetch, plan["child_process"], Object.keys(plan));
