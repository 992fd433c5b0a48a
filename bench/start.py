"""How long `composestack convert` takes as a process, beside what it cannot do without: `python -m bench.start`."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

REPEAT = 15
COMPOSE = "services:\n  web:\n    image: nginx\n    ports: ['80:80']\n"
COMMANDS = {
    "import pydantic, yaml": ["-c", "import pydantic, yaml"],
    "nothing": ["-c", "pass"],
    "one model": ["-c", "import click, pydantic, yaml\nclass One(pydantic.BaseModel):\n    x: int"],
    "convert": ["-m", "composestack.cli", "convert", "-f"],
}


def process(arguments: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Run Python, without its output. Return its CPU time and its duration in milliseconds."""
    silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    begin = time.perf_counter()
    pid = os.posix_spawn(sys.executable, [sys.executable, *arguments], environment, file_actions=silent)
    _, status, usage = os.wait4(pid, 0)
    duration = time.perf_counter() - begin
    if status:
        raise SystemExit(f"{arguments} ended with {status}")
    return (usage.ru_utime + usage.ru_stime) * 1000, duration * 1000


def main() -> None:
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in COMMANDS}
    with TemporaryDirectory() as folder:
        file = Path(folder) / "compose.yaml"
        file.write_text(COMPOSE)
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": folder}  # with bytecode, as installed
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for turn in range(REPEAT + 1):
            for name, command in COMMANDS.items():
                result = process([*command, str(file)], environment)
                if turn:
                    times[name].append(result)
    cpu = {name: min(each for each, _ in mine) for name, mine in times.items()}
    for name, mine in times.items():
        duration = min(each for _, each in mine)
        ratio = cpu[name] / cpu["import pydantic, yaml"]
        print(f"{name:22} {cpu[name]:6.1f} ms of CPU  {ratio:.2f}  in {duration:.1f} ms")


if __name__ == "__main__":
    main()
