"""What holds for the repository as a whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_folder_operator_does_not_shadow_the_standard_library() -> None:
    assert not (ROOT / "operator" / "__init__.py").exists()
    done = subprocess.run(
        [sys.executable, "-c", "import operator; print(operator.eq(1, 1))"],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "True\n"


def test_the_definition_in_crds_is_what_the_models_say() -> None:
    done = subprocess.run([sys.executable, "-m", "composestack.cli", "crd"], capture_output=True, text=True, check=True)

    assert (ROOT / "crds" / "composestacks.yaml").read_text() == done.stdout, "run `make generate`"


def test_convert_starts_without_what_it_does_not_need(tmp_path: Path) -> None:
    """Each of these modules costs tens of milliseconds, and each validator of a model some."""
    (tmp_path / "compose.yaml").write_text("services: {web: {image: nginx}}")
    code = (
        "import sys\n"
        "from composestack.cli import main\n"
        f"main(['convert', '--project-directory', {str(tmp_path)!r}], standalone_mode=False)\n"
        "from composestack.api.v1alpha1 import ComposeStackSpec\n"
        "from composestack.translate.extension.service import ServiceSettings\n"
        "from composestack.translate.policy import Policy\n"
        "modules = ('kopf', 'kubernetes', 'aiohttp', 'asyncio', 'ssl')\n"
        "models = (ComposeStackSpec, ServiceSettings, Policy)\n"
        "needless = [name for name in modules if name in sys.modules]\n"
        "needless += [model.__name__ for model in models if model.__pydantic_complete__]\n"
        "print(needless, file=sys.stderr)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "kind: Deployment" in done.stdout
    assert done.stderr.splitlines()[-1] == "[]"


def test_every_unit_test_has_its_module() -> None:
    package = ROOT / "operator" / "composestack"
    tests = (ROOT / "tests" / "unit").rglob("test_*.py")
    expected = {test.relative_to(ROOT / "tests" / "unit").with_name(test.name.removeprefix("test_")) for test in tests}

    assert sorted(path.as_posix() for path in expected if not (package / path).is_file()) == []
