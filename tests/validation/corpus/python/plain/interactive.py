def ask(numbers):
    try:
        while True:
            line = input("number? ")
            if not line.strip():
                break
            try:
                numbers.append(float(line))
            except ValueError as error:
                print("not a number:", error)
    except EOFError:
        pass
    return numbers


found = ask([])
if found:
    print(f"{len(found)} numbers, mean {sum(found) / len(found):.2f}, least {min(found)}, most {max(found)}")
else:
    print("nothing")
assert isinstance(found, list), "a list"
