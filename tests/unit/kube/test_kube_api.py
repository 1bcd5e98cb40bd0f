"""KubeApi against a server that misbehaves: what is sent, what each failure becomes, and what is tried again."""

import asyncio
from pathlib import Path

import pytest

from codeexec.kube.api import KubeApi
from codeexec.kube.credentials import Credentials
from codeexec.kube.errors import Conflict, Gone, KubeError, NotFound, Refused, Throttled, Unavailable
from codeexec.kube.resources import CODEEXECUTIONS, NETWORK_POLICIES, PODS
from tests.unit.kube.fakes import FakeApi, Reply, answer, failure, pod, pod_list, reset, status, within

POD = "/api/v1/namespaces/lab/pods/one"
PODS_OF_LAB = "/api/v1/namespaces/lab/pods"


async def test_get_returns_the_object_and_says_who_asks(fake: FakeApi, api: KubeApi) -> None:
    fake.on("GET", POD, answer(pod("one", 7)))
    assert await api.get(PODS, "lab", "one") == pod("one", 7)
    assert fake.requests[0].headers["User-Agent"].startswith("codeexec/")


async def test_urls_name_group_version_namespace_and_subresource(fake: FakeApi, api: KubeApi) -> None:
    path = "/apis/codeexec.dev/v1alpha1/namespaces/lab/codeexecutions/x/status"
    fake.on("PATCH", path, answer({"metadata": {"name": "x"}}))
    await api.patch(CODEEXECUTIONS, "lab", "x", {"status": {"phase": "Running"}}, subresource="status")
    request = fake.requests[0]
    assert (request.path, request.query) == (path, {"fieldManager": "codeexec"})
    assert request.headers["Content-Type"] == "application/merge-patch+json"
    assert request.body == {"status": {"phase": "Running"}}
    assert NETWORK_POLICIES.path("lab") == "/apis/networking.k8s.io/v1/namespaces/lab/networkpolicies"


async def test_list_names_the_kind_of_every_item(fake: FakeApi, api: KubeApi) -> None:
    fake.on("GET", PODS_OF_LAB, answer(pod_list(9, pod("one", 7), next_page="more")))
    page = await api.list(PODS, "lab", labels="a=b,c!=d", limit=1, continue_="token")
    assert page["items"] == [pod("one", 7)]
    assert page["metadata"] == {"resourceVersion": "9", "continue": "more"}
    assert fake.requests[0].query == {"labelSelector": "a=b,c!=d", "limit": "1", "continue": "token"}


async def test_list_of_all_namespaces(fake: FakeApi, api: KubeApi) -> None:
    fake.on("GET", "/api/v1/pods", answer(pod_list(9)))
    assert (await api.list(PODS, None))["items"] == []


async def test_delete_carries_its_preconditions(fake: FakeApi, api: KubeApi) -> None:
    fake.on("DELETE", POD, answer(pod("one", 8)))
    await api.delete(PODS, "lab", "one", uid="u-1", resource_version="7", grace_seconds=0)
    assert fake.requests[0].body == {
        "kind": "DeleteOptions",
        "apiVersion": "v1",
        "propagationPolicy": "Background",
        "gracePeriodSeconds": 0,
        "preconditions": {"uid": "u-1", "resourceVersion": "7"},
    }


@pytest.mark.parametrize("name", ["", ".", ".."])
async def test_a_name_that_would_address_the_whole_collection_is_never_sent(
    fake: FakeApi, api: KubeApi, name: str
) -> None:
    with pytest.raises(ValueError, match="name"):
        await api.delete(PODS, "lab", name)
    with pytest.raises(ValueError, match="namespace"):
        await api.create(PODS, None, {})
    with pytest.raises(ValueError, match="namespace"):
        await api.delete(PODS, None, "one")
    assert fake.requests == []


async def test_a_hostile_name_stays_one_segment(fake: FakeApi, api: KubeApi) -> None:
    with pytest.raises(NotFound):
        await api.get(PODS, "lab", "../../secrets/x?watch=1")
    assert fake.requests[0].path == "/api/v1/namespaces/lab/pods/../../secrets/x?watch=1"  # decoded by the fake
    assert fake.requests[0].query == {}


async def test_logs_are_bytes_up_to_the_limit(fake: FakeApi, api: KubeApi) -> None:
    fake.on("GET", f"{POD}/log", answer(b"\xff\xfe" + b"x" * 100_000))
    log = await api.logs("lab", "one", "sandbox", limit_bytes=50_000)
    assert log == b"\xff\xfe" + b"x" * 49_998  # also when the server sends more than it was asked for
    assert fake.requests[0].query == {"container": "sandbox", "limitBytes": "50000"}


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (failure(404, "NotFound", "no such pod"), NotFound),
        (failure(409, "Conflict", "it changed"), Conflict),
        (failure(410, "Expired", "too old"), Gone),
        (failure(429, "TooManyRequests", Retry_After="3"), Throttled),
        (failure(503, Retry_After="3"), Throttled),
        (failure(503), Unavailable),
        (failure(500, "InternalError"), Unavailable),
        (failure(500, "InternalError", "etcdserver: request is too large"), Refused),
        (failure(504, "Timeout"), Unavailable),
        (failure(400, "BadRequest"), Refused),
        (failure(401, "Unauthorized"), Refused),
        (failure(403, "Forbidden"), Refused),
        (failure(422, "Invalid"), Refused),
        (reset, Unavailable),
        (answer(b"<html>a proxy's page</html>"), Unavailable),
        (answer(b"[1]"), Unavailable),
        (answer(b"<html>a proxy's page</html>", 502), Unavailable),
    ],
)
async def test_every_failure_has_one_error(fake: FakeApi, reply: Reply, error: type[KubeError]) -> None:
    fake.on("POST", PODS_OF_LAB, reply)
    async with KubeApi(Credentials(fake.server), deadline=0.5) as api:
        with pytest.raises(KubeError) as raised:
            await within(api.create(PODS, "lab", pod("one", 0)))
    assert type(raised.value) is error
    assert len(fake.requests) == 1


async def test_errors_say_what_was_asked_and_what_the_server_said(fake: FakeApi, api: KubeApi) -> None:
    fake.on("POST", PODS_OF_LAB, failure(403, "Forbidden", 'pods "one" is forbidden:\x1b[31m violates\nPodSecurity'))
    with pytest.raises(Refused) as raised:
        await api.create(PODS, "lab", pod("one", 0))
    assert raised.value.message == 'create pods: pods "one" is forbidden: [31m violates PodSecurity (HTTP 403)'
    assert raised.value.status == 403


@pytest.mark.parametrize("reason", ["AlreadyExists", "Conflict"])
async def test_a_taken_name_and_a_lost_race_are_told_apart(fake: FakeApi, api: KubeApi, reason: str) -> None:
    fake.on("POST", PODS_OF_LAB, failure(409, reason))
    with pytest.raises(Conflict) as raised:
        await api.create(PODS, "lab", pod("one", 0))
    assert raised.value.reason == reason


async def test_a_patch_meant_for_an_earlier_object_of_that_name_is_a_conflict(fake: FakeApi, api: KubeApi) -> None:
    cause = {"reason": "FieldValueInvalid", "field": "metadata.uid", "message": "field is immutable"}
    fake.on("PATCH", POD, answer({**status(422, "Invalid"), "details": {"causes": [cause]}}, 422))
    with pytest.raises(Conflict):
        await api.patch(PODS, "lab", "one", {"metadata": {"uid": "u-0"}})


@pytest.mark.parametrize("trouble", [reset, failure(500), failure(503), failure(429, Retry_After="0")])
async def test_reads_are_tried_again(
    fake: FakeApi, api: KubeApi, reported: list[tuple[str, str, int]], trouble: Reply
) -> None:
    fake.on("GET", POD, trouble, trouble, answer(pod("one", 7)))
    assert await within(api.get(PODS, "lab", "one")) == pod("one", 7)
    fake.on("GET", f"{POD}/log", trouble, answer(b"log"))
    assert await within(api.logs("lab", "one", "c", limit_bytes=10)) == b"log"
    assert {what[:2] for what in reported} == {("get", "pods"), ("get", "pods/log")}
    assert [code for verb, what, code in reported if what == "pods"][-1] == 200


@pytest.mark.parametrize("trouble", [reset, failure(500), failure(503), failure(503, Retry_After="0")])
async def test_a_write_that_may_have_happened_is_never_repeated(fake: FakeApi, api: KubeApi, trouble: Reply) -> None:
    fake.on("POST", PODS_OF_LAB, trouble, answer(pod("one", 7)))
    fake.on("PATCH", POD, trouble, answer(pod("one", 7)))
    fake.on("DELETE", f"{POD}", trouble, answer(pod("one", 7)))
    for write in (api.create(PODS, "lab", pod("one", 0)), api.patch(PODS, "lab", "one", {})):
        with pytest.raises((Unavailable, Throttled)):
            await within(write)
    with pytest.raises((Unavailable, Throttled)):
        await within(api.delete(PODS, "lab", "one", uid="u"))
    assert [r.method for r in fake.requests] == ["POST", "PATCH", "DELETE"]


async def test_a_write_that_was_turned_away_is_repeated(fake: FakeApi, api: KubeApi) -> None:
    fake.on("POST", PODS_OF_LAB, failure(429, Retry_After="0"), failure(429, Retry_After="0"), answer(pod("one", 7)))
    assert await within(api.create(PODS, "lab", pod("one", 0))) == pod("one", 7)
    assert len(fake.requests) == 3


async def test_patience_ends_at_the_deadline(fake: FakeApi) -> None:
    fake.on("GET", POD, failure(500, message="still broken"))
    fake.on("PATCH", POD, failure(429, Retry_After="60"))
    async with KubeApi(Credentials(fake.server), deadline=0.2, first_pause=0.01) as api:
        with pytest.raises(Unavailable, match="still broken"):
            await within(api.get(PODS, "lab", "one"))
        assert len(fake.requests) > 1
        with pytest.raises(Throttled) as raised:  # waiting a minute would pass the deadline: it is not begun
            await within(api.patch(PODS, "lab", "one", {}), 5)
    assert raised.value.after == 60
    assert len(fake.seen("PATCH")) == 1


async def test_a_server_that_never_answers_is_unavailable(fake: FakeApi) -> None:
    async def stall(_: object) -> None:
        await fake.watches.get()  # nothing ever comes

    fake.on("PATCH", POD, stall)  # type: ignore[arg-type]
    async with KubeApi(Credentials(fake.server), request_seconds=0.1) as api:
        with pytest.raises(Unavailable, match="patch pods: TimeoutError"):
            await within(api.patch(PODS, "lab", "one", {}))


async def test_nobody_listens(fake: FakeApi, reported: list[tuple[str, str, int]], api: KubeApi) -> None:
    await fake.stop()
    with pytest.raises(Unavailable, match="delete pods: Cannot connect to host"):
        await within(api.delete(PODS, "lab", "one"))
    assert reported == [("delete", "pods", 0)]
    await fake.start()


async def test_a_rotated_token_is_read_again_and_the_refused_write_repeated_once(fake: FakeApi, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("old")

    async def read_authorization() -> str:
        value = token.read_text()
        token.write_text("new")  # rotated right after it was read
        return f"Bearer {value}"

    fake.on("POST", PODS_OF_LAB, failure(401), answer(pod("one", 7)), failure(401))
    async with KubeApi(Credentials(fake.server, read_authorization=read_authorization)) as api:
        await within(api.create(PODS, "lab", pod("one", 0)))
        with pytest.raises(Refused):
            await within(api.create(PODS, "lab", pod("one", 0)))
    assert [r.headers["Authorization"] for r in fake.requests] == ["Bearer old", "Bearer new", "Bearer new"]


async def test_watch_yields_events_in_order_whatever_the_chunks(fake: FakeApi, api: KubeApi) -> None:
    events = api.watch(PODS, "lab", labels="a=b", resource_version="5", timeout_seconds=60)
    first = asyncio.ensure_future(anext(events))
    watch = await fake.watch()
    assert watch.query == {
        "watch": "1",
        "allowWatchBookmarks": "true",
        "labelSelector": "a=b",
        "resourceVersion": "5",
        "timeoutSeconds": "60",
    }
    line = b'{"type":"ADDED","object":{"metadata":{"name":"\xc3\xa9","resourceVersion":"6"}}}\n'
    await watch.raw(line[:47])  # in the middle of the é
    await watch.raw(line[47:] + line[:20])
    assert (await within(first))["object"]["metadata"]["name"] == "é"
    await watch.raw(line[20:] + b"\n\n")
    assert (await within(anext(events)))["type"] == "ADDED"
    await watch.bookmark(99)
    assert (await within(anext(events)))["object"]["metadata"]["resourceVersion"] == "99"
    watch.end()
    with pytest.raises(StopAsyncIteration):
        await within(anext(events))


async def test_watch_takes_objects_of_megabytes(fake: FakeApi, api: KubeApi) -> None:
    events = api.watch(PODS, None)
    first = asyncio.ensure_future(anext(events))
    watch = await fake.watch()
    await watch.send("MODIFIED", pod("one", 7, annotations={"big": "x" * 5_000_000}))
    assert len((await within(first))["object"]["metadata"]["annotations"]["big"]) == 5_000_000
    await events.aclose()


@pytest.mark.parametrize(
    ("code", "error"), [(410, Gone), (429, Throttled), (500, Unavailable), (504, Unavailable), (403, Refused)]
)
async def test_watch_raises_what_an_error_event_means(
    fake: FakeApi, api: KubeApi, code: int, error: type[KubeError]
) -> None:
    task = asyncio.ensure_future(anext(api.watch(PODS, "lab")))
    watch = await fake.watch()
    await watch.send("ERROR", {"kind": "Status", "code": code, "message": "told in the stream"})
    with pytest.raises(error, match="told in the stream"):
        await within(task)


async def test_watch_raises_gone_on_http_410(fake: FakeApi, api: KubeApi) -> None:
    fake.on("WATCH", PODS_OF_LAB, failure(410, "Expired"))
    with pytest.raises(Gone):
        await within(anext(api.watch(PODS, "lab", resource_version="1")))


async def test_a_broken_and_a_silent_watch_are_unavailable(fake: FakeApi, api: KubeApi) -> None:
    broken = asyncio.ensure_future(anext(api.watch(PODS, "lab")))
    (await fake.watch()).reset()
    with pytest.raises(Unavailable):
        await within(broken)
    silent = asyncio.ensure_future(anext(api.watch(PODS, "lab", silence_seconds=0.05)))
    await fake.watch()
    with pytest.raises(Unavailable, match="Timeout"):
        await within(silent)


async def test_a_garbled_event_is_unavailable(fake: FakeApi, api: KubeApi) -> None:
    task = asyncio.ensure_future(anext(api.watch(PODS, "lab")))
    await (await fake.watch()).raw(b'{"type": "ADD\n')
    with pytest.raises(Unavailable, match="not JSON"):
        await within(task)
