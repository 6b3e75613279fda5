import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_every_room_imports_only_what_the_layer_rule_allows():
    checked = run(sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def loaded_by(statement: str) -> set[str]:
    program = f"{statement}\nimport sys\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    checked = run(sys.executable, "-c", program)
    assert checked.returncode == 0, checked.stderr
    return set(checked.stdout.split())


def test_importing_every_module_of_the_engine_but_the_torch_side_of_memory_loads_no_torch():
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in sorted((ROOT / "graph_engine").rglob("*.py"))
        if not path.name.startswith(("torch_", "__init__"))
    ]
    assert "graph_engine.run.worker" in names
    loaded = loaded_by("import " + ", ".join(names))
    assert loaded.isdisjoint({"torch", "aiohttp", "pydantic", "sqlalchemy", "numpy", "diffusion", "nodes"})


def test_files_and_functions_keep_their_size():
    too_long: list[str] = []
    for room in ("graph_engine", "diffusion", "nodes", "web/server", "compat", "cli", "training"):
        for path in sorted((ROOT / room).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            if text.count("\n") > 500:
                too_long.append(f"{path.relative_to(ROOT)}: {text.count(chr(10))} lines")
            for item in ast.walk(ast.parse(text)):
                if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    length = (item.end_lineno or 0) - item.lineno + 1
                    if length > 60:
                        too_long.append(f"{path.relative_to(ROOT)}:{item.lineno} {item.name}: {length} lines")
    assert too_long == []


def test_no_two_modules_of_the_page_differ_by_case_alone():
    # Where a disk does not tell cases apart, an import of one would find the other.
    client = ROOT / "web" / "client"
    modules = [
        path.with_suffix("") for room in ("src", "tests") for path in (client / room).rglob("*.ts*") if path.is_file()
    ]
    assert len(modules) > 100
    seen: dict[str, Path] = {}
    for module in sorted(modules):
        other = seen.setdefault(str(module).lower(), module)
        assert other == module, f"{module} and {other}"
