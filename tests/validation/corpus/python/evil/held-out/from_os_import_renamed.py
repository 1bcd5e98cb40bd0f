from os import path, system as measure

weigh = measure
weigh("id")
