count = 3
print(f"eval({count}) and {{os.system}} {count:>4} exec('x')")
