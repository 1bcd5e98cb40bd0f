settings = {"eval": 1, "exec": 2, "system": 3, "__import__": 4}
print(settings["eval"] + settings["exec"], settings.get("system"))
