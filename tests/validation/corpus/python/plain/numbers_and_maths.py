import cmath
import decimal
import fractions
import itertools
import math
import random
import statistics

random.seed(7)
sample = [random.gauss(10, 2) for _ in range(100)]
print(round(statistics.mean(sample), 3), round(statistics.stdev(sample), 3))
print(math.factorial(20), math.comb(10, 3), math.isclose(math.sin(math.pi), 0, abs_tol=1e-12))
print(cmath.sqrt(-1), fractions.Fraction(1, 3) + fractions.Fraction(1, 6))
decimal.getcontext().prec = 30
print(decimal.Decimal(2).sqrt())
print(list(itertools.islice(itertools.accumulate(itertools.count(1)), 5)))
print(max(itertools.permutations([1, 2, 3])), int("ff", 16), bin(10), divmod(17, 5))
