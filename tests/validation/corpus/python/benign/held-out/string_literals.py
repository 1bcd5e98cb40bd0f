WORDS = ["eval", "exec", "os.system", "import socket", "__import__('os')"]
print(", ".join(w for w in WORDS if "e" in w))
