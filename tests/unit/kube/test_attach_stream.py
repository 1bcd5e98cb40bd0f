"""The attach stream: bytes by channel, lines across frames, and every way it can end."""

import asyncio
from collections.abc import AsyncIterator

import orjson
import pytest

from codeexec.kube.api import KubeApi
from codeexec.kube.attach import FRAME_BYTES, LINE_BYTES, AttachStream
from codeexec.kube.credentials import Credentials
from codeexec.kube.errors import AttachFailed, AttachLost, KubeError, NotFound, Refused, Throttled, Unavailable
from tests.unit.kube.fakes import FakeApi, Reply, answer, eventually, failure, reset, status, within

ATTACH = "/api/v1/namespaces/lab/pods/one/attach"


@pytest.fixture
async def stream(api: KubeApi) -> AsyncIterator[AttachStream]:
    """One stream, attached."""
    async with api.attach("lab", "one", "sandbox") as attached:
        yield attached


async def collect(stream: AttachStream) -> list[bytes]:
    """All lines until the end."""
    return [line async for line in stream.lines()]


async def test_attach_asks_for_the_three_streams_of_one_container(fake: FakeApi, stream: AttachStream) -> None:
    remote = await fake.attached()
    assert remote.query == {"container": "sandbox", "stdin": "true", "stdout": "true", "stderr": "true"}
    assert fake.requests[0].headers["Sec-WebSocket-Protocol"] == "v5.channel.k8s.io,v4.channel.k8s.io"
    assert stream.protocol == "v5.channel.k8s.io"


async def test_a_job_goes_out_in_frames_of_32_kib_and_stdin_is_closed(fake: FakeApi, stream: AttachStream) -> None:
    remote = await fake.attached()
    job = bytes(range(256)) * 400
    await stream.send_stdin(job)
    await stream.close_stdin()
    await eventually(lambda: remote.frames and remote.frames[-1] == b"\xff\x00")
    frames = remote.frames[:-1]
    assert all(frame[0] == 0 and len(frame) <= FRAME_BYTES + 1 for frame in frames)
    assert len(frames) == 4
    assert b"".join(frame[1:] for frame in frames) == job


async def test_lines_are_whole_although_frames_end_inside_lines_and_characters(
    fake: FakeApi, stream: AttachStream
) -> None:
    remote = await fake.attached()
    text = '{"é": "日本"}\n\n{"🙂": 1}\nrest'.encode()
    for at in range(len(text)):
        await remote.send(1, text[at : at + 1])
        await remote.send(1)  # empty frames come from real servers
        await remote.send(2, b"noise on stderr\n")
    await remote.succeed()
    assert await within(collect(stream)) == ['{"é": "日本"}'.encode(), b"", '{"🙂": 1}'.encode()]
    assert stream.stderr_tail.endswith(b"noise on stderr\n")


async def test_many_lines_in_one_frame_arrive_before_the_next(fake: FakeApi, stream: AttachStream) -> None:
    remote = await fake.attached()
    lines = stream.lines()
    await remote.send(1, b"one\ntwo\nthr")
    assert [await within(anext(lines)), await within(anext(lines))] == [b"one", b"two"]
    await remote.send(1, b"ee\n")
    assert await within(anext(lines)) == b"three"
    await lines.aclose()


async def test_stderr_is_kept_only_in_its_tail(fake: FakeApi, stream: AttachStream) -> None:
    remote = await fake.attached()
    for _ in range(10):
        await remote.send(2, b"x" * 3000)
    await remote.send(2, b"the end")
    await remote.succeed()
    assert await within(collect(stream)) == []
    assert len(stream.stderr_tail) == 4096
    assert stream.stderr_tail.endswith(b"the end")


async def test_version_4_is_spoken_where_5_is_not(fake: FakeApi, api: KubeApi) -> None:
    fake.protocols = ("v4.channel.k8s.io",)
    async with api.attach("lab", "one", "sandbox") as stream:
        remote = await fake.attached()
        assert stream.protocol == "v4.channel.k8s.io"
        await stream.close_stdin()
        await stream.send_stdin(b"job\n")
        await eventually(lambda: remote.frames)
        assert remote.frames == [b"\x00job\n"]  # no close frame, which v4 would take for data
        await remote.send(1, b"line\n")
        await remote.succeed()
        assert await within(collect(stream)) == [b"line"]


async def test_a_server_of_neither_version_is_refused(fake: FakeApi, api: KubeApi) -> None:
    fake.protocols = ()
    with pytest.raises(AttachFailed, match="neither"):
        async with api.attach("lab", "one", "sandbox"):
            pass


async def test_a_failure_status_is_raised_after_the_lines_before_it(fake: FakeApi, stream: AttachStream) -> None:
    remote = await fake.attached()
    await remote.send(1, b"line\n")
    await remote.send(3, orjson.dumps(status(500, "InternalError", "container\n\x1bgone")))
    lines = stream.lines()
    assert await within(anext(lines)) == b"line"
    with pytest.raises(AttachFailed, match="attach lab/one: container  gone"):
        await within(anext(lines))


@pytest.mark.parametrize("garbage", [b"not json", b"[]", b"\xff\xff", b"null"])
async def test_an_unreadable_status_is_a_failure(fake: FakeApi, stream: AttachStream, garbage: bytes) -> None:
    await (await fake.attached()).send(3, garbage)
    with pytest.raises(AttachFailed):
        await within(collect(stream))


async def test_a_broken_connection_is_lost(fake: FakeApi, stream: AttachStream) -> None:
    remote = await fake.attached()
    await remote.send(1, b"line\nhalf a li")
    lines = stream.lines()
    assert await within(anext(lines)) == b"line"
    remote.abort()
    with pytest.raises(AttachLost):
        await within(anext(lines))


@pytest.mark.parametrize("code", [1000, 1001, 1011])
async def test_a_goodbye_without_a_status_is_lost(fake: FakeApi, stream: AttachStream, code: int) -> None:
    await (await fake.attached()).close(code)
    with pytest.raises(AttachLost, match=str(code)):
        await within(collect(stream))


async def test_a_connection_that_breaks_after_success_has_ended(fake: FakeApi, stream: AttachStream) -> None:
    remote = await fake.attached()
    await remote.send(3, b'{"status":"Success"}')
    await remote.send(1, b"read after the status\n")
    lines = stream.lines()
    assert await within(anext(lines)) == b"read after the status"
    remote.abort()
    with pytest.raises(StopAsyncIteration):
        await within(anext(lines))


async def test_a_line_without_end_is_stopped(fake: FakeApi, stream: AttachStream) -> None:
    remote = await fake.attached()
    feed = asyncio.ensure_future(remote.send(1, b"good\n" + b"x" * LINE_BYTES))
    lines = stream.lines()
    assert await within(anext(lines)) == b"good"
    await feed
    await remote.send(1, b"x")
    with pytest.raises(AttachFailed, match="longer than 1,048,576 bytes"):
        await within(anext(lines))


async def test_a_dead_server_is_noticed_although_nothing_is_expected(fake: FakeApi) -> None:
    fake.answers_pings = False
    async with (
        KubeApi(Credentials(fake.server), heartbeat_seconds=0.05) as api,
        api.attach("lab", "one", "c") as stream,
    ):
        remote = await fake.attached()
        with pytest.raises(AttachLost, match="No PONG"):
            await within(collect(stream))
        assert remote.pings == 1


async def test_a_silent_program_is_waited_for_beyond_every_timeout(fake: FakeApi) -> None:
    async with (
        KubeApi(Credentials(fake.server), heartbeat_seconds=0.4, request_seconds=0.5) as api,
        api.attach("lab", "one", "c") as stream,
    ):
        remote = await fake.attached()
        lines = asyncio.ensure_future(collect(stream))
        await eventually(lambda: remote.pings >= 2)  # 0.8 s of silence
        await remote.send(1, b"at last\n")
        await remote.succeed()
        assert await within(lines) == [b"at last"]


async def test_sending_into_a_broken_stream_is_lost(fake: FakeApi, stream: AttachStream) -> None:
    (await fake.attached()).abort()

    async def send_until_it_fails() -> None:
        while True:
            await stream.send_stdin(b"x" * FRAME_BYTES)

    with pytest.raises(AttachLost, match="while sending"):
        await within(send_until_it_fails())


async def test_leaving_early_says_goodbye(fake: FakeApi, api: KubeApi) -> None:
    async with api.attach("lab", "one", "sandbox"):
        remote = await fake.attached()
    await within(remote.done.wait())


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (failure(404, "NotFound", "the words of the server"), NotFound),
        (failure(400, "BadRequest", "the words of the server"), AttachFailed),
        (failure(500, "InternalError", "the words of the server"), AttachFailed),
        (answer(b"the words of the server", 500), AttachFailed),
        (failure(403, "Forbidden", "the words of the server"), Refused),
        (failure(401, "Unauthorized", "the words of the server"), Refused),
        (failure(429, "TooManyRequests", "the words of the server", Retry_After="1"), Throttled),
        (failure(503, "ServiceUnavailable", "the words of the server"), Unavailable),
        (answer(b"the words of the server", 502), Unavailable),
        (answer(b"no upgrade at all"), Unavailable),
        (reset, Unavailable),
    ],
)
async def test_refused_handshakes_keep_the_servers_words(
    fake: FakeApi, api: KubeApi, reported: list[tuple[str, str, int]], reply: Reply, error: type[KubeError]
) -> None:
    fake.on("GET", ATTACH, reply)
    with pytest.raises(KubeError) as raised:
        async with api.attach("lab", "one", "sandbox"):
            pass
    assert type(raised.value) is error
    assert error is Unavailable or "the words of the server" in raised.value.message
    assert len(fake.requests) == 1
    assert [what[:2] for what in reported] == [("attach", "pods/attach")]
