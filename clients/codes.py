"""A client's code in an address."""


class ClientCode:
    """The path converter `<client:code>`: « / » is written « ~ », which no code has.

    A code that would read as another address (`nouveau`) or as none (`..`) stands behind an « = ».
    """

    regex = "=?[A-Za-z0-9+_.~-]+"
    reserved = frozenset({"export", "nouveau", "recherche", ".", ".."})

    def to_python(self, value: str) -> str:
        return value.removeprefix("=").replace("~", "/")

    def to_url(self, code: str) -> str:
        written = code.replace("/", "~")
        return f"={written}" if code in self.reserved else written
