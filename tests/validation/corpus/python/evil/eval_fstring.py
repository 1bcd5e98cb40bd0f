text = "1 + 1"
print(f"total: {eval(text)!r:>{len(text)}}")
