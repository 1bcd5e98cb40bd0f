"""Kubernetes quantities, as far as the models let them through."""

_BINARY = {"Mi": 1 << 20, "Gi": 1 << 30}


def memory_bytes(quantity: str) -> int:
    """`512Mi` -> 536870912."""
    return int(quantity[:-2]) * _BINARY[quantity[-2:]]


def mebibytes(size: int) -> str:
    """536870912 -> `512Mi`; the models let only whole ones through."""
    return f"{size >> 20}Mi"


def cpu_millis(quantity: str) -> int:
    """`"1"` -> 1000, `500m` -> 500."""
    return int(quantity[:-1]) if quantity.endswith("m") else int(quantity) * 1000
