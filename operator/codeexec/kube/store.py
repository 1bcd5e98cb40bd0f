"""What an informer knows: the newest object of each key, indexes, and the rule that old news never wins.

Versions of one kind are numbers that only grow (Kubernetes 1.35 promises it), so "newer" needs no other clock. A key
that is missing although a scope has heard everything up to version N was deleted at or before N: a write reply that is
not newer than N must not bring it back.
"""

import logging
from collections.abc import Callable, Collection, Mapping

from codeexec.kube.resources import Key, Object, key_of, version_of

log = logging.getLogger(__name__)

NO_VERSION = -1
"""Below every version: nothing has been heard that could make news stale."""

OnChange = Callable[[str, Object | None, Object | None], None]
"""Told ("ADDED" | "MODIFIED" | "DELETED", old, new) for every change, once, wherever it came from."""

Index = Callable[[Object], str | None]
"""The value under which an object is found, or None to leave it out."""


class Store:
    """All objects of one informer. Objects are shared with readers: nobody may change them."""

    def __init__(
        self, trim: Callable[[Object], Object], indexes: Mapping[str, Index], on_change: OnChange | None
    ) -> None:
        self._trim = trim
        self._functions = dict(indexes)
        self._on_change = on_change
        self._objects: dict[Key, Object] = {}
        self._indexes: dict[str, dict[str, set[Key]]] = {name: {} for name in indexes}

    def __len__(self) -> int:
        return len(self._objects)

    def get(self, key: Key) -> Object | None:
        """The object, or None."""
        return self._objects.get(key)

    def all(self) -> list[Object]:
        """Every object, in no particular order."""
        return list(self._objects.values())

    def by_index(self, name: str, value: str) -> list[Object]:
        """The objects with this value of the index, ordered by key. Raises KeyError for an index that was not asked."""
        return [self._objects[key] for key in sorted(self._indexes[name].get(value, ()))]

    def upsert(self, obj: Object, *, heard: int) -> bool:
        """Stores `obj` if it is newer than what is known; True when it was.

        `heard`: the version up to which the object's scope is known completely when the news is from elsewhere;
        NO_VERSION when it is from that very list or watch.
        """
        key, version = key_of(obj), version_of(obj)
        old = self._objects.get(key)
        if version <= (version_of(old) if old else heard):
            return False
        self._replace(key, old, self._trim(obj))
        return True

    def remove(self, obj: Object) -> bool:
        """Takes away what `obj` (its last state, at the version of its deletion) names, unless that is newer."""
        key = key_of(obj)
        old = self._objects.get(key)
        if old is None or version_of(old) > version_of(obj):
            return False
        self._replace(key, old, None)
        return True

    def retain(self, keys: Collection[Key], namespace: str | None, version: int) -> None:
        """Takes away what a complete list of `namespace` (None: all) at `version` does not have, unless it is newer."""
        for key, obj in list(self._objects.items()):
            if key not in keys and namespace in (None, key[0]) and version_of(obj) <= version:
                self._replace(key, obj, None)

    def forget_versions(self, namespace: str | None) -> None:
        """Makes everything in `namespace` older than any news: the server's store was set back in time."""
        for key, obj in self._objects.items():
            if namespace in (None, key[0]):
                self._objects[key] = {**obj, "metadata": {**obj["metadata"], "resourceVersion": "0"}}

    def _replace(self, key: Key, old: Object | None, new: Object | None) -> None:
        moves = [(n, f(old) if old else None, f(new) if new else None) for n, f in self._functions.items()]
        for name, before, after in moves:
            if before != after and before is not None:
                keys = self._indexes[name][before]
                keys.discard(key)
                if not keys:
                    del self._indexes[name][before]
            if before != after and after is not None:
                self._indexes[name].setdefault(after, set()).add(key)
        if new is None:
            del self._objects[key]
        else:
            self._objects[key] = new
        if self._on_change is not None:
            try:
                self._on_change("DELETED" if new is None else "MODIFIED" if old else "ADDED", old, new)
            except Exception:
                log.exception("A listener failed on %s/%s; the copy itself is right", *key)
