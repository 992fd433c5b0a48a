"""How Kubernetes finds out whether a container is ready, alive, and has started."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from composestack.translate.extension.native import Native, PortNumber, Seconds
from composestack.translate.extension.settings import Settings


def _port(port: Any) -> int | str:
    number = int(port) if isinstance(port, str) and port.isdecimal() else port
    if isinstance(number, str) or (type(number) is int and 0 < number < 65536):
        return number
    raise ValueError(f"{port!r} is no port")


Port = Annotated[Any, AfterValidator(_port)]
"""A number, or the name of a port of the service."""
HANDLERS = ("exec", "grpc", "http_get", "tcp_socket")


class Exec(Native):
    """A command of the container. It is not run by a shell."""

    command: tuple[str, ...] = Field(min_length=1)


class Header(Native):
    """A header of the request."""

    name: str
    value: str


class HttpGet(Native):
    """A request that succeeds with a status from 200 to 399.

    It goes to the pod: another `host` is beyond the Pod Security Standard "baseline".
    """

    http_headers: tuple[Header, ...] = ()
    path: str | None = None
    port: Port
    scheme: Literal["HTTP", "HTTPS"] | None = None


class TcpSocket(Native):
    """A connection that can be opened."""

    port: Port


class Grpc(Native):
    """A call of the gRPC health checking protocol."""

    port: PortNumber
    service: str | None = None


class Probe(Native):
    """One probe. What is not written is the default of Kubernetes, not that of Docker. `disable`: there is none."""

    disable: bool = False
    exec: Exec | None = None
    failure_threshold: Seconds | None = None
    grpc: Grpc | None = None
    http_get: HttpGet | None = None
    initial_delay_seconds: Annotated[int, Field(ge=0, lt=2**31)] | None = None
    period_seconds: Seconds | None = None
    success_threshold: Seconds | None = None
    tcp_socket: TcpSocket | None = None
    timeout_seconds: Seconds | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        written = [name for name in HANDLERS if getattr(self, name) is not None]
        if self.model_fields_set and not self.disable and len(written) != 1:
            raise ValueError("needs one of exec, grpc, httpGet and tcpSocket, or disable: true")
        return self


class LethalProbe(Probe):
    """A probe after which the container is killed, in `terminationGracePeriodSeconds`. One success is enough."""

    success_threshold: Literal[1] | None = None
    termination_grace_period_seconds: Seconds | None = None


class ProbeSettings(Settings):
    """The probes of the container, each instead of the one that the healthcheck becomes."""

    liveness: LethalProbe | None = None
    readiness: Probe | None = None
    startup: LethalProbe | None = None
