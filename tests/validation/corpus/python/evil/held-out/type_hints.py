import typing


class Note:
    text: "__import__('os').system('id')"


typing.get_type_hints(Note)
