"""Where credentials come from, and that tokens are read again when they change under our feet."""

import base64
import ssl
import subprocess
import textwrap
from pathlib import Path

import pytest

from codeexec.kube import credentials
from codeexec.kube.api import KubeApi
from codeexec.kube.credentials import connect_settings, from_kubeconfig, service_account
from codeexec.kube.errors import Refused, Unavailable
from codeexec.kube.resources import PODS
from tests.unit.kube.fakes import FakeApi, answer, pod, within


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate and its key."""
    folder = tmp_path_factory.mktemp("authority")
    certificate, key = folder / "ca.crt", folder / "ca.key"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += [
        "-subj",
        "/CN=test",
        "-addext",
        "subjectAltName=DNS:api.lab",
        "-days",
        "1",
        "-keyout",
        str(key),
        "-out",
        str(certificate),
    ]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603  # all words are ours
    return certificate, key


@pytest.fixture
def account(tmp_path: Path, authority: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that a Pod would have."""
    (tmp_path / "ca.crt").write_bytes(authority[0].read_bytes())
    (tmp_path / "token").write_text("one\n")
    (tmp_path / "namespace").write_text("codeexec-system")
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.96.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "443")
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.setattr(credentials, "SERVICE_ACCOUNT", tmp_path)
    return tmp_path


def kubeconfig(folder: Path, user: str, cluster: str = "server: https://lab.example:6443") -> Path:
    """A kubeconfig with the contexts `first` (current) and `second`."""
    path = folder / "config"
    path.write_text(
        textwrap.dedent(f"""
            apiVersion: v1
            kind: Config
            current-context: first
            clusters:
              - {{name: lab, cluster: {{{cluster}}}}}
              - {{name: plain, cluster: {{server: "http://127.0.0.1:8001"}}}}
            contexts:
              - {{name: first, context: {{cluster: lab, user: me, namespace: red}}}}
              - {{name: second, context: {{cluster: plain, user: me}}}}
            users:
              - {{name: me, user: {{{user}}}}}
        """)
    )
    return path


async def test_in_a_pod_the_service_account_is_used(account: Path) -> None:
    found = await connect_settings()
    assert (found.server, found.namespace) == ("https://10.96.0.1:443", "codeexec-system")
    assert found.ssl is not None
    assert [c["subject"] for c in found.ssl.get_ca_certs()] == [((("commonName", "test"),),)]
    assert found.ca_file == str(account / "ca.crt")
    assert await found.headers() == {"Authorization": "Bearer one"}


async def test_a_rotated_token_is_read_within_a_minute(account: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = await service_account(account)
    await found.headers()
    (account / "token").write_text("two")
    assert await found.headers() == {"Authorization": "Bearer one"}
    assert credentials.REREAD_SECONDS <= 60
    monkeypatch.setattr(credentials, "REREAD_SECONDS", 0.0)
    assert await found.headers() == {"Authorization": "Bearer two"}
    (account / "token").write_text("three")
    assert await found.renew() == {"Authorization": "Bearer three"}


async def test_a_token_that_cannot_be_read_again_stays_in_use(account: Path, caplog: pytest.LogCaptureFixture) -> None:
    found = await service_account(account)
    await found.headers()
    (account / "token").unlink()
    assert await found.renew() == {"Authorization": "Bearer one"}
    assert "stays in use" in caplog.text
    assert "one" not in caplog.text.replace("one stays", "")


async def test_ipv6_service_addresses_are_bracketed(account: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "fd00::1")
    assert (await service_account(account)).server == "https://[fd00::1]:443"


@pytest.mark.parametrize("missing", ["token", "ca.crt"])
async def test_an_unusable_service_account_is_explained(account: Path, missing: str) -> None:
    (account / missing).unlink()
    with pytest.raises(Refused, match="automountServiceAccountToken"):
        await service_account(account)


async def test_a_context_that_was_asked_for_wins_over_the_pods_own(account: Path, tmp_path: Path) -> None:
    path = kubeconfig(tmp_path, "token: abc")
    found = await connect_settings("second", path)
    assert (found.server, found.ssl, found.namespace) == ("http://127.0.0.1:8001", None, "default")
    assert await found.headers() == {"Authorization": "Bearer abc"}
    assert account == tmp_path


async def test_kubeconfig_from_the_environment(account: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(kubeconfig(tmp_path, "token: abc")))
    found = await connect_settings()
    assert (found.server, found.namespace) == ("https://lab.example:6443", "red")
    assert account == tmp_path


async def test_a_client_certificate_signs_without_headers(tmp_path: Path, authority: tuple[Path, Path]) -> None:
    certificate, key = (base64.b64encode(path.read_bytes()).decode() for path in authority)
    user = f"client-certificate-data: {certificate}, client-key-data: {key}"
    cluster = f'server: "https://lab.example", certificate-authority-data: {certificate}, tls-server-name: api.lab'
    found = await from_kubeconfig(str(kubeconfig(tmp_path, user, cluster)))
    assert await found.headers() == {}
    assert found.ssl is not None
    assert found.ssl.get_ca_certs()
    assert found.server_name == "api.lab"
    assert found.certificate_file
    assert found.key_file


@pytest.mark.parametrize("checked", ["name", "wrong name", "nothing"])
async def test_the_servers_certificate_is_checked(tmp_path: Path, authority: tuple[Path, Path], checked: str) -> None:
    server = FakeApi()
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(*authority)
    tls.verify_mode = ssl.CERT_REQUIRED  # of the client
    tls.load_verify_locations(authority[0])
    await server.start(tls)
    server.on("GET", "/api/v1/namespaces/lab/pods/one", answer(pod("one", 7)))
    cluster = {
        "name": f"certificate-authority: {authority[0]}, tls-server-name: api.lab",
        "wrong name": f"certificate-authority: {authority[0]}",
        "nothing": "insecure-skip-tls-verify: true",
    }[checked]
    user = f"client-certificate: {authority[0]}, client-key: {authority[1]}"
    path = kubeconfig(tmp_path, user, f'server: "https://127.0.0.1:{server.port}", {cluster}')
    async with KubeApi(await from_kubeconfig(str(path))) as api:
        if checked == "wrong name":
            with pytest.raises(Unavailable, match="certificate"):
                await within(api.delete(PODS, "lab", "one"))
        else:
            assert await within(api.get(PODS, "lab", "one")) == pod("one", 7)
            async with api.attach("lab", "one", "c") as stream:
                assert (await server.attached()).query["container"] == "c"
                assert stream.protocol == "v5.channel.k8s.io"
    await server.stop()


async def test_an_exec_plugin_is_asked(tmp_path: Path) -> None:
    reply = '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"from-plugin"}}'
    plugin = tmp_path / "plugin"
    plugin.write_text(f"#!/bin/sh\necho '{reply}'\n")
    plugin.chmod(0o755)
    user = f"exec: {{apiVersion: client.authentication.k8s.io/v1, command: {plugin}, interactiveMode: Never}}"
    found = await from_kubeconfig(str(kubeconfig(tmp_path, user)))
    assert await found.headers() == {"Authorization": "Bearer from-plugin"}


@pytest.mark.parametrize(("path", "context"), [("missing", None), ("config", "third"), ("broken", None)])
async def test_a_kubeconfig_that_does_not_help_is_explained(tmp_path: Path, path: str, context: str | None) -> None:
    kubeconfig(tmp_path, "token: abc")
    (tmp_path / "broken").write_text("{")
    with pytest.raises(Refused, match="does not give"):
        await from_kubeconfig(str(tmp_path / path), context)
