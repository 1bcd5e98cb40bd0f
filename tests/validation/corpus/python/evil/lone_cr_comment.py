import math  # numbersimport os; os.system("id")
print(math.pi)
