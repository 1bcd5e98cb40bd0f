taken = []
while True:
    taken.append(b"x" * (4 << 20))
