import antigravity

print(antigravity)
