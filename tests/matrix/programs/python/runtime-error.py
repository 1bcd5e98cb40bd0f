def inner(numbers):
    return numbers[len(numbers)]


def outer(numbers):
    return inner(numbers)


print("begun")
outer([1, 2, 3])
