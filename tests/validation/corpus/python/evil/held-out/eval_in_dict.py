table = {"number": int, "term": eval}
print(table["term"]("2 * 3"))
