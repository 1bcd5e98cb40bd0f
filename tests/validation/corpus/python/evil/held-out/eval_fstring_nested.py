width = 8
print(f"{width:{f'{eval(chr(49))}'}}")
