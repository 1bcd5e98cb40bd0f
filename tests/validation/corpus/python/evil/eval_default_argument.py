def reckon(text, how=eval):
    return how(text)


print(reckon("1 + 1"))
