"""How to reach the API server and prove who we are: from a kubeconfig, or from the Pod's own service account.

The service account branch is a few lines of our own, so that the operator's image never pays (in memory and start-up
time) for the `kubernetes` library; a kubeconfig in all its variety (exec plugins, OIDC, token files) is left to it.
"""

import logging
import os
import ssl as tls
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codeexec.kube.errors import KubeError, Refused

log = logging.getLogger(__name__)

SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
REREAD_SECONDS = 60.0
"""Tokens are rotated under our feet (projected ones about hourly); the kubelet renews them well before they expire."""


@dataclass(slots=True)
class Credentials:
    """Where the API server is, how its certificate is checked, and how we sign in.

    `read_authorization` returns the whole Authorization header value, or None where there is none (client certificate,
    plain HTTP). The file paths are for clients that make their own TLS context, such as kopf's.
    """

    server: str
    ssl: tls.SSLContext | None = None
    namespace: str = "default"
    server_name: str | None = None
    proxy: str | None = None
    ca_file: str | None = None
    certificate_file: str | None = None
    key_file: str | None = None
    verify: bool = True
    read_authorization: Callable[[], Awaitable[str | None]] | None = None
    _authorization: str | None = field(default=None, repr=False)
    _read_at: float = field(default=float("-inf"), repr=False)

    async def headers(self) -> dict[str, str]:
        """The headers that sign a request, at most a minute old. Never raises: a failed re-read keeps the old token."""
        if time.monotonic() - self._read_at >= REREAD_SECONDS:
            return await self.renew()
        return self._signature()

    async def renew(self) -> dict[str, str]:
        """The same headers from a token read now: what to do after a 401."""
        self._read_at = time.monotonic()  # before the await: others go on with the old token meanwhile
        if self.read_authorization is not None:
            try:
                self._authorization = await self.read_authorization()
            except Exception as problem:  # plugins and files fail in many ways; the old token may still be good
                log.warning("The API token could not be read again, the last one stays in use: %s", problem)
        return self._signature()

    def _signature(self) -> dict[str, str]:
        return {"Authorization": self._authorization} if self._authorization else {}


async def connect_settings(context: str | None = None, kubeconfig: Path | str | None = None) -> Credentials:
    """Credentials for one cluster; raises Refused (401) with advice when there are none.

    A `context` or `kubeconfig` that was asked for, or $KUBECONFIG, is used; else the Pod's service account; else
    ~/.kube/config.
    """
    named = kubeconfig or os.environ.get("KUBECONFIG")
    if context is None and not named and os.environ.get("KUBERNETES_SERVICE_HOST") and _is_in_pod():
        return await service_account(SERVICE_ACCOUNT)
    return await from_kubeconfig(str(named or Path.home() / ".kube" / "config"), context)


async def service_account(folder: Path) -> Credentials:
    """Credentials of the Pod we run in, mounted at `folder`. Raises Refused (401) when they are not there."""
    host, port = os.environ.get("KUBERNETES_SERVICE_HOST", ""), os.environ.get("KUBERNETES_SERVICE_PORT", "443")
    ca_file = folder / "ca.crt"

    async def read_authorization() -> str:
        token = _text(folder / "token")
        if not token:
            raise Refused(f"{folder / 'token'} is empty", status=401)
        return f"Bearer {token}"

    try:
        credentials = Credentials(
            server=f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}",
            ssl=_tls(str(ca_file)),
            namespace=_text(folder / "namespace") or "default",
            ca_file=str(ca_file),
            read_authorization=read_authorization,
        )
        await read_authorization()
    except (OSError, KubeError) as problem:
        raise Refused(
            f"The Pod's service account cannot be used ({problem}). Is automountServiceAccountToken on?", status=401
        ) from problem
    return credentials


async def from_kubeconfig(path: str, context: str | None = None) -> Credentials:
    """Credentials of one context (None: the current one) of a kubeconfig, or of several joined by ":"."""
    # Imported here: 55 MB of memory that only command lines and development need.
    import yaml
    from kubernetes.aio.client import Configuration
    from kubernetes.aio.config import ConfigException, load_kube_config

    load: Any = load_kube_config  # carries no types
    settings: Any = Configuration()
    try:
        loader = await load(path, context=context, client_configuration=settings, persist_config=False)
        selected = loader.current_context["context"]
    except (ConfigException, yaml.YAMLError, OSError, LookupError, TypeError, ValueError, AttributeError) as problem:
        wanted = f"context {context!r}" if context else "a current context"
        raise Refused(f"{path} does not give {wanted}: {problem}", status=401) from problem

    async def read_authorization() -> str | None:
        await loader.load_and_set(settings)  # runs an exec plugin or OIDC refresh only when its token expires
        value: str | None = settings.api_key.get("BearerToken")
        return value

    server: str = settings.host
    return Credentials(
        server=server,
        ssl=_tls(settings.ssl_ca_cert, settings.cert_file, settings.key_file, verify=settings.verify_ssl)
        if server.startswith("https://")
        else None,
        namespace=selected.get("namespace") or "default",
        server_name=settings.tls_server_name,
        proxy=settings.proxy,
        ca_file=settings.ssl_ca_cert,
        certificate_file=settings.cert_file,
        key_file=settings.key_file,
        verify=settings.verify_ssl,
        read_authorization=read_authorization,
    )


def _tls(
    ca_file: str | None, certificate: str | None = None, key: str | None = None, *, verify: bool = True
) -> tls.SSLContext:
    context = tls.create_default_context(cafile=ca_file)
    # Python 3.13 turned on strict RFC 5280 checks, which the CAs of many clusters fail (no key identifier); kubectl
    # does not ask for them either.
    context.verify_flags &= ~tls.VERIFY_X509_STRICT
    if not verify:
        context.check_hostname = False
        context.verify_mode = tls.CERT_NONE
    if certificate:
        context.load_cert_chain(certificate, key)
    return context


def _is_in_pod() -> bool:
    return (SERVICE_ACCOUNT / "token").exists()


def _text(path: Path) -> str:
    return path.read_text().strip() if path.exists() else ""
