print(*map(eval, ["1", "2"]))
