def answer(text: str) -> int:
    return 2 * int(text)
