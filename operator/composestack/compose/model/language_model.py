"""Language models that services use (top-level `models`)."""

from composestack.compose.model.base import Element, PlainInt


class LanguageModel(Element):
    """A model that the platform serves. `context_size` is in tokens; loading fills in `name`: the key."""

    name: str | None = None
    model: str
    context_size: PlainInt | None = None
    runtime_flags: tuple[str, ...] = ()
