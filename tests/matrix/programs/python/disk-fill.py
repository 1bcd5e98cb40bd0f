with open("fill", "wb") as out:
    while True:
        out.write(bytes(1 << 20))
