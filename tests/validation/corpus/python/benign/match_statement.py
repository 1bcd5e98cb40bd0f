def describe(event):
    match event:
        case {"exec": command, "system": system}:
            return f"{command} on {system}"
        case [eval_, *rest]:
            return f"{eval_} and {len(rest)}"
        case _:
            return "?"


print(describe({"exec": "a", "system": "b"}), describe([1, 2]))
