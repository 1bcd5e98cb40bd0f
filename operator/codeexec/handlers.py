"""kopf glue, the only module that knows kopf. A handler turns an event into a key and decides nothing."""

import kopf

from codeexec.app import App


def registry(app: App) -> kopf.OperatorRegistry:
    """The handlers of one operator. They hold no state: the app does."""
    handlers = kopf.OperatorRegistry()

    @kopf.on.startup(registry=handlers)
    async def start(settings: kopf.OperatorSettings, **_: object) -> None:
        settings.scanning.disabled = True  # no right to list CRDs is needed, and none is held
        settings.posting.enabled = False
        settings.queueing.idle_timeout = 1.0  # an idle worker keeps the last object of its key in memory
        settings.persistence.finalizer = ""
        await app.start()

    @kopf.on.cleanup(registry=handlers)
    async def stop(**_: object) -> None:
        await app.stop()

    @kopf.on.login(registry=handlers)
    def login(**kwargs: object) -> kopf.ConnectionInfo | None:
        return kopf.login_with_service_account(**kwargs) or kopf.login_with_kubeconfig(**kwargs)  # type: ignore[arg-type]

    @kopf.on.event("codeexec.dev", "v1alpha1", "codeexecutions", registry=handlers)
    async def execution_changed(event: kopf.RawEvent, **_: object) -> None:
        app.execution_changed(dict(event["object"]), deleted=event["type"] == "DELETED")

    return handlers


async def run(app: App) -> None:
    """Runs until a signal ends it."""
    namespaces = app.config.namespaces
    # The identity is for kopf's peering, which is off; the default asks for a user name, and a container has none.
    await kopf.operator(
        registry=registry(app),
        standalone=True,
        clusterwide=not namespaces,
        namespaces=namespaces,
        identity="codeexec",  # type: ignore[arg-type]  # a NewType of str, which kopf does not export
    )
