"""The informer over a server that forgets, repeats and breaks: its copy ends up right, and every change is told."""

import logging
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from codeexec.kube.api import KubeApi
from codeexec.kube.informer import Informer, by_label
from codeexec.kube.resources import PODS, Object, key_of, version_of
from tests.unit.kube.fakes import FakeApi, answer, eventually, failure, pod, pod_list, reset, within

ALL_PODS = "/api/v1/pods"
UID = "codeexec.dev/execution-uid"


class Told(list[tuple[str, str, int]]):
    """What on_change was told: (type, name, version)."""

    def __call__(self, kind: str, old: Object | None, new: Object | None) -> None:
        """Notes it."""
        obj = new or old
        assert obj is not None
        assert (old is None, new is None) == (kind == "ADDED", kind == "DELETED")
        self.append((kind, obj["metadata"]["name"], version_of(obj)))


@pytest.fixture
def told() -> Told:
    """The listener of `pods`."""
    return Told()


@pytest.fixture
async def pods(api: KubeApi, told: Told) -> AsyncIterator[Informer]:
    """An informer of all Pods; not started."""
    informer = Informer(
        api, PODS, labels="app", indexes={"uid": by_label(UID)}, on_change=told, first_pause=0.001, silence_seconds=30
    )
    yield informer
    await informer.stop()


def names(informer: Informer) -> set[str]:
    """The names of what it knows."""
    return {obj["metadata"]["name"] for obj in informer.all()}


async def test_list_then_watch_from_the_version_of_the_list(fake: FakeApi, pods: Informer, told: Told) -> None:
    fake.on("GET", ALL_PODS, answer(pod_list(10, pod("a", 3), pod("b", 7))))
    assert not pods.is_synced
    pods.start()
    await within(pods.synced())
    assert pods.is_synced
    assert pods.get(("lab", "a")) == pod("a", 3)
    watch = await fake.watch()
    assert watch.query["resourceVersion"] == "10"
    assert watch.query["labelSelector"] == fake.requests[0].query["labelSelector"] == "app"
    await watch.send("ADDED", pod("c", 11))
    await watch.send("MODIFIED", pod("a", 12))
    await watch.send("DELETED", pod("b", 13))
    await eventually(lambda: names(pods) == {"a", "c"})
    assert told == [
        ("ADDED", "a", 3),
        ("ADDED", "b", 7),
        ("ADDED", "c", 11),
        ("MODIFIED", "a", 12),
        ("DELETED", "b", 7),
    ]


async def test_large_collections_come_in_pages(fake: FakeApi, api: KubeApi) -> None:
    fake.on("GET", ALL_PODS, answer(pod_list(10, pod("a", 3), next_page="p2")), answer(pod_list(10, pod("b", 4))))
    async with Informer(api, PODS, page=1) as informer:
        await within(informer.synced())
        assert names(informer) == {"a", "b"}
    assert [r.query for r in fake.requests[:2]] == [{"limit": "1"}, {"limit": "1", "continue": "p2"}]


async def test_a_bookmark_moves_the_version_from_which_it_goes_on(fake: FakeApi, pods: Informer, told: Told) -> None:
    fake.on("GET", ALL_PODS, answer(pod_list(10)))
    pods.start()
    watch = await fake.watch()
    await watch.bookmark(500)
    watch.end()
    assert (await fake.watch()).query["resourceVersion"] == "500"
    assert told == []
    assert len(fake.seen("GET", ALL_PODS)) == 3  # one list, two watches


async def test_it_goes_on_where_a_broken_watch_left_off(fake: FakeApi, pods: Informer) -> None:
    fake.on("GET", ALL_PODS, answer(pod_list(10)))
    pods.start()
    watch = await fake.watch()
    await watch.send("ADDED", pod("a", 11))
    await watch.raw(b'{"type": "ADDED", "object": {"metada')  # half an event is none
    await eventually(lambda: names(pods) == {"a"})
    watch.reset()
    again = await fake.watch()
    assert again.query["resourceVersion"] == "11"
    await again.send("ADDED", pod("b", 12))
    await eventually(lambda: names(pods) == {"a", "b"})


@pytest.mark.parametrize("how", ["in the stream", "as the reply"])
async def test_an_expired_version_is_listed_anew_and_deletions_are_told(
    fake: FakeApi, pods: Informer, told: Told, how: str
) -> None:
    fake.on("GET", ALL_PODS, answer(pod_list(10, pod("a", 3), pod("b", 4))), answer(pod_list(90, pod("b", 50))))
    if how == "as the reply":
        fake.on("WATCH", ALL_PODS, failure(410, "Expired"))
    pods.start()
    if how == "in the stream":
        watch = await fake.watch()
        await watch.send("ERROR", {"kind": "Status", "code": 410, "reason": "Expired"})
    await eventually(lambda: names(pods) == {"b"})
    assert told[2:] == [("MODIFIED", "b", 50), ("DELETED", "a", 3)]
    assert (await fake.watch()).query["resourceVersion"] == "90"


async def test_a_continue_token_that_expires_starts_the_list_over(fake: FakeApi, pods: Informer, told: Told) -> None:
    first = answer(pod_list(10, pod("a", 3), next_page="p2"))
    fake.on("GET", ALL_PODS, first, failure(410, "Expired"), answer(pod_list(20, pod("b", 15))))
    pods.start()
    await within(pods.synced())
    assert names(pods) == {"b"}
    assert told[-1] == ("DELETED", "a", 3)


async def test_old_news_never_overwrites_an_own_write(fake: FakeApi, pods: Informer, told: Told) -> None:
    fake.on("GET", ALL_PODS, answer(pod_list(10, pod("a", 3))), answer(pod_list(18, pod("a", 12))))
    pods.start()
    watch = await fake.watch()
    assert pods.put(pod("a", 20, labels={UID: "u"}))
    assert not pods.put(pod("a", 20)), "the same again is no news"
    assert not pods.put(pod("a", 4))
    await watch.send("MODIFIED", pod("a", 12))
    await watch.send("DELETED", pod("a", 15))  # of an earlier object of the same name
    await watch.send("ERROR", {"code": 410})
    watch = await fake.watch()  # so it was listed again, at a version before our write
    await watch.send("MODIFIED", pod("a", 20))  # our own write, as everybody is told of it
    await watch.send("ADDED", pod("b", 21))
    await eventually(lambda: names(pods) == {"a", "b"})
    assert pods.get(("lab", "a")) == pod("a", 20, labels={UID: "u"})
    assert told == [("ADDED", "a", 3), ("MODIFIED", "a", 20), ("ADDED", "b", 21)]


async def test_an_own_write_after_the_list_survives_a_list_without_it(fake: FakeApi, pods: Informer) -> None:
    fake.on("GET", ALL_PODS, answer(pod_list(10)), answer(pod_list(18)), answer(pod_list(30)))
    pods.start()
    watch = await fake.watch()
    pods.put(pod("new", 20))
    await watch.send("ERROR", {"code": 410})
    watch = await fake.watch()
    assert names(pods) == {"new"}
    await watch.send("ERROR", {"code": 410})
    await eventually(lambda: names(pods) == set())  # missing at 30, so it was deleted


async def test_a_late_reply_does_not_bring_back_what_was_deleted(fake: FakeApi, pods: Informer, told: Told) -> None:
    fake.on("GET", ALL_PODS, answer(pod_list(10, pod("a", 3))))
    pods.start()
    watch = await fake.watch()
    await watch.send("DELETED", pod("a", 25))
    await eventually(lambda: names(pods) == set())
    assert not pods.put(pod("a", 20)), "written at 20, deleted at 25"
    assert pods.put(pod("a", 26)), "made anew at 26"
    assert told[1:] == [("DELETED", "a", 3), ("ADDED", "a", 26)]


async def test_an_object_that_leaves_the_selector_by_our_own_write_goes(fake: FakeApi, pods: Informer) -> None:
    fake.on("GET", ALL_PODS, answer(pod_list(10, pod("a", 3))))
    pods.start()
    watch = await fake.watch()
    pods.put(pod("a", 20))
    await watch.send("DELETED", pod("a", 20))  # such an event has the version of the write
    await eventually(lambda: names(pods) == set())


async def test_a_store_set_back_in_time_is_believed(fake: FakeApi, pods: Informer, told: Told) -> None:
    fake.on("GET", ALL_PODS, answer(pod_list(1000, pod("a", 900), pod("b", 950))), answer(pod_list(100, pod("a", 90))))
    pods.start()
    watch = await fake.watch()
    await watch.send("ERROR", {"code": 410})
    watch = await fake.watch()
    assert watch.query["resourceVersion"] == "100"
    assert pods.get(("lab", "a")) == pod("a", 90)
    assert names(pods) == {"a"}
    await watch.send("MODIFIED", pod("a", 101))
    await eventually(lambda: told[-1] == ("MODIFIED", "a", 101))


async def test_a_version_the_server_never_had_leads_to_a_list(fake: FakeApi, pods: Informer) -> None:
    fake.on("GET", ALL_PODS, answer(pod_list(1000)), answer(pod_list(10, pod("a", 3))))
    too_large = failure(504, "Timeout", "Too large resource version")
    fake.on("WATCH", ALL_PODS, too_large, too_large, too_large)
    pods.start()
    await eventually(lambda: names(pods) == {"a"})


async def test_indexes_follow_every_change(fake: FakeApi, pods: Informer) -> None:
    fake.on("GET", ALL_PODS, answer(pod_list(10, pod("a", 3), pod("b", 4, labels={UID: "u1"}))))
    pods.start()
    watch = await fake.watch()
    pods.put(pod("a", 20, labels={UID: "u1"}))
    assert [key_of(obj) for obj in pods.by_index("uid", "u1")] == [("lab", "a"), ("lab", "b")]
    await watch.send("MODIFIED", pod("a", 21, labels={UID: "u2"}))
    await eventually(lambda: pods.by_index("uid", "u2"))
    assert [key_of(obj) for obj in pods.by_index("uid", "u1")] == [("lab", "b")]
    await watch.send("DELETED", pod("b", 22, labels={UID: "u1"}))
    await eventually(lambda: not pods.by_index("uid", "u1"))
    with pytest.raises(KeyError):
        pods.by_index("no such index", "u1")


async def test_objects_are_trimmed_and_five_megabytes_are_no_trouble(fake: FakeApi, pods: Informer) -> None:
    fake.on("GET", ALL_PODS, answer(pod_list(10, pod("a", 3, managedFields=[{"manager": "kubectl"}]))))
    pods.start()
    await within(pods.synced())
    assert pods.get(("lab", "a")) == pod("a", 3)
    watch = await fake.watch()
    await watch.send("MODIFIED", pod("a", 11, annotations={"big": "é" * 5_000_000}, managedFields=[]))
    await eventually(lambda: version_of(pods.get(("lab", "a")) or {}) == 11)
    assert "managedFields" not in (pods.get(("lab", "a")) or {})["metadata"]


async def test_one_loop_for_each_namespace(fake: FakeApi, api: KubeApi) -> None:
    for namespace in ("red", "blue"):
        fake.on("GET", f"/api/v1/namespaces/{namespace}/pods", answer(pod_list(10, pod("a", 3, namespace=namespace))))
    async with Informer(api, PODS, namespaces=["red", "blue", "red"]) as informer:
        await within(informer.synced())
        assert {key_of(obj) for obj in informer.all()} == {("red", "a"), ("blue", "a")}
        first, second = await fake.watch(), await fake.watch()
        assert not informer.put(pod("a", 20, namespace="green")), "nobody would ever tell that it is gone"
        red = first if "/red/" in first.path else second
        await red.send("DELETED", pod("a", 11, namespace="red"))
        await eventually(lambda: {key_of(obj) for obj in informer.all()} == {("blue", "a")})


async def test_a_relist_of_one_namespace_leaves_the_others_alone(fake: FakeApi, api: KubeApi) -> None:
    fake.on(
        "GET", "/api/v1/namespaces/red/pods", answer(pod_list(10, pod("a", 3, namespace="red"))), answer(pod_list(30))
    )
    fake.on("GET", "/api/v1/namespaces/blue/pods", answer(pod_list(10, pod("a", 3, namespace="blue"))))
    async with Informer(api, PODS, namespaces=["red", "blue"], first_pause=0.001) as informer:
        await within(informer.synced())
        watches = [await fake.watch(), await fake.watch()]
        await next(w for w in watches if "/red/" in w.path).send("ERROR", {"code": 410})
        await eventually(lambda: {key_of(obj) for obj in informer.all()} == {("blue", "a")})


async def test_a_watch_that_falls_silent_is_opened_again(fake: FakeApi, api: KubeApi) -> None:
    fake.on("GET", ALL_PODS, answer(pod_list(10)))
    async with Informer(api, PODS, silence_seconds=0.05, first_pause=0.001):
        await fake.watch()
        assert (await fake.watch()).query["resourceVersion"] == "10"


async def test_a_watch_that_outlives_its_time_is_opened_again(
    fake: FakeApi, api: KubeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("codeexec.kube.api.WATCH_MARGIN_SECONDS", 0.05)
    fake.on("GET", ALL_PODS, answer(pod_list(10)))
    async with Informer(api, PODS, watch_seconds=0.05, first_pause=0.001):
        watch = await fake.watch()
        await watch.bookmark(11)
        assert (await fake.watch()).query["resourceVersion"] == "11"


async def test_a_server_that_ends_every_watch_at_once_is_not_hammered(fake: FakeApi, api: KubeApi) -> None:
    fake.on("GET", ALL_PODS, answer(pod_list(10)))
    fake.on("WATCH", ALL_PODS, *[answer(b"")] * 5)
    async with Informer(api, PODS, first_pause=0.02):
        started = time.monotonic()
        await fake.watch()  # the sixth
        assert time.monotonic() - started > 0.02 * (1 + 2 + 4 + 8) / 2  # half of every pause is jitter


async def test_it_comes_through_an_outage(fake: FakeApi, pods: Informer, caplog: pytest.LogCaptureFixture) -> None:
    fake.on("GET", ALL_PODS, answer(pod_list(10, pod("a", 3))), answer(pod_list(40, pod("b", 30))))
    pods.start()
    await fake.watch()
    await fake.stop()
    await eventually(lambda: "failure 2 in a row" in caplog.text)
    assert names(pods) == {"a"}
    await fake.start()
    await fake.watch()
    await eventually(lambda: names(pods) in ({"a"}, {"b"}))  # by watch from 10, or by list after three failures


@pytest.mark.parametrize("trouble", [reset, failure(500), failure(403, "Forbidden"), failure(404), answer(b"<html>")])
async def test_trouble_with_the_list_is_outlasted(fake: FakeApi, pods: Informer, trouble: Any) -> None:
    fake.on("GET", ALL_PODS, trouble, trouble, answer(pod_list(10, pod("a", 3))))
    pods.start()
    await within(pods.synced())
    assert names(pods) == {"a"}


async def test_nothing_unforeseen_ends_it(
    fake: FakeApi, api: KubeApi, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    calls = 0
    real = KubeApi.list

    async def list_that_breaks_twice(*arguments: Any, **named: Any) -> Object:
        nonlocal calls
        calls += 1
        if calls <= 2:
            raise ZeroDivisionError
        return await real(*arguments, **named)

    monkeypatch.setattr(KubeApi, "list", list_that_breaks_twice)
    fake.on("GET", ALL_PODS, answer(pod_list(10, pod("a", 3))))
    async with Informer(api, PODS, first_pause=0.001) as informer:
        await within(informer.synced())
    assert caplog.text.count("not foreseen") == 2
    assert "ZeroDivisionError" in caplog.text


async def test_a_failing_listener_or_trim_costs_one_object_at_most(
    fake: FakeApi, api: KubeApi, caplog: pytest.LogCaptureFixture
) -> None:
    def trim(obj: Object) -> Object:
        if obj["metadata"]["name"] == "poison":
            raise ValueError("poison")
        return obj

    def listener(*_: object) -> None:
        raise RuntimeError("a bug above")

    caplog.set_level(logging.ERROR)
    fake.on("GET", ALL_PODS, answer(pod_list(10, pod("poison", 3), pod("a", 4))))
    async with Informer(api, PODS, trim=trim, on_change=listener) as informer:
        await within(informer.synced())
        assert names(informer) == {"a"}
        watch = await fake.watch()
        await watch.send("ADDED", pod("poison", 11))
        await watch.send("NEWS", pod("c", 12))  # a type of event that is not known yet
        await watch.send("ADDED", pod("b", 13))
        await eventually(lambda: names(informer) == {"a", "b"})
    assert "an object is left out: poison" in caplog.text
    assert "A listener failed on lab/a" in caplog.text


async def test_last_activity_is_that_of_the_quietest_loop(fake: FakeApi, api: KubeApi) -> None:
    for namespace in ("red", "blue"):
        fake.on("GET", f"/api/v1/namespaces/{namespace}/pods", answer(pod_list(10)))
    async with Informer(api, PODS, namespaces=["red", "blue"]) as informer:
        await within(informer.synced())
        watches = {w.path: w for w in (await fake.watch(), await fake.watch())}
        await watches["/api/v1/namespaces/red/pods"].send("ADDED", pod("a", 11, namespace="red"))
        await eventually(lambda: names(informer) == {"a"})
        quiet_since = informer.last_activity
        await watches["/api/v1/namespaces/red/pods"].send("ADDED", pod("b", 12, namespace="red"))
        await eventually(lambda: names(informer) == {"a", "b"})
        assert informer.last_activity == quiet_since, "blue has still said nothing"
        await watches["/api/v1/namespaces/blue/pods"].bookmark(13)
        await eventually(lambda: informer.last_activity > quiet_since)
        assert informer.last_activity <= time.monotonic()


async def test_stopping_ends_the_requests_and_keeps_the_copy(fake: FakeApi, pods: Informer) -> None:
    fake.on("GET", ALL_PODS, answer(pod_list(10, pod("a", 3))))
    pods.start()
    watch = await fake.watch()
    await within(pods.stop())
    await eventually(lambda: watch.is_left)
    assert names(pods) == {"a"}
