def down(depth):
    return down(depth + 1) + 1


print(down(0))
