match [1, 2]:
    case [a, b]:
        print(f"hello {a + b}")
