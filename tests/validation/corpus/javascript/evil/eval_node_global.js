const { eval: sum } = global;
sum("1 + 1");
