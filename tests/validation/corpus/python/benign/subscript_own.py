rows = [{"a": 1}, {"b": 2}]
handlers = {"double": lambda x: x * 2}
name = "dou" + "ble"
print(rows[0]["a"], handlers[name](2))
