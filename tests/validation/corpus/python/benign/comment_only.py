# os.system("id"), eval("1"), import subprocess
print("fine")  # exec("x"); __import__("os")
