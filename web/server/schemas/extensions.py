"""Front ends of plug-ins as the page lists them."""

from web.server.schemas.base import Model


class ExtensionModel(Model):
    """A pack's front end. `entry` and `style` are addresses on this server; `problem` says why it cannot be loaded.

    `enabled` is what the pack asks for until the person decides.
    """

    name: str
    title: str
    api: int
    entry: str
    style: str | None = None
    enabled: bool = True
    problem: str = ""


class ExtensionList(Model):
    """Every front end found at start; `api` is the version of the interface that this server's page has."""

    api: int
    extensions: list[ExtensionModel]
