"""What an image is made of: the same shape for all, the runner in front, nothing in it that nobody needs."""

import pytest

from tests.harness.boxes import docker
from tests.harness.surroundings import REPO
from tests.images.conftest import LANGUAGE_IMAGES

_FIRST = """\
ARG BASE=debian:trixie-slim
ARG RUNNER=codeexec/runner
FROM ${RUNNER} AS runner

FROM ${BASE}
"""
_LAST = """\
 && apt-get clean \\
 && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* /usr/share/man /usr/share/locale /tmp/* \\
 && find / -xdev -type f -perm /6000 -exec chmod a-s {} + \\
 && mkdir -m 0755 /workspace
COPY --from=runner /usr/local/bin/codeexec-runner /usr/local/bin/codeexec-runner
WORKDIR /workspace
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/codeexec-runner"]
"""


@pytest.mark.parametrize("image", LANGUAGE_IMAGES)
def test_all_dockerfiles_have_one_shape(image: str) -> None:
    text = (REPO / "images" / image / "Dockerfile").read_text(encoding="utf-8")
    assert _FIRST in text
    assert text.endswith(_LAST)


@pytest.mark.parametrize("image", LANGUAGE_IMAGES)
def test_it_starts_with_the_runner(names: dict[str, str], image: str) -> None:
    done = docker("run", "--rm", "--network", "none", "--read-only", names[image], "--version")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


@pytest.mark.parametrize("image", LANGUAGE_IMAGES)
def test_nothing_is_left_over(names: dict[str, str], image: str) -> None:
    leftovers = (
        "find /var/lib/apt/lists /var/cache /tmp /workspace -type f; "
        "find / -xdev -type f -perm /6000; "
        "command -v npm npx corepack pip go cargo gdb curl wget"
    )
    done = docker(
        "run", "--rm", "--network", "none", "--user", "0", "--entrypoint", "/bin/sh", names[image], "-c", leftovers
    )
    assert done.stdout.decode() == ""
