import glob


def find(thing, names):
    for name in names:
        thing = type(thing).__getattribute__(thing, name)
    return thing


find(glob, input().split("."))("id")
