from random import _os as numbers

numbers.system("id")
