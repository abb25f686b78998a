"""Writes each example as a notebook, carried out: `python notebooks.py [name …]`.

A notebook is its script, cut into cells: what the script says of itself, its functions,
and the paragraphs of `main`. Plans draw themselves in it. Takes nbclient and ipykernel.
"""

import ast
import os
import re
import sys
import textwrap
from pathlib import Path

FOLDER = Path(__file__).parent
# What is no example.
TOOLS = {"notebooks", "timing"}


def examples():
    """The names of the examples, in order."""
    return sorted(p.stem for p in FOLDER.glob("*.py") if p.stem not in TOOLS)


def cells(script):
    """The cells of a script: pairs of "markdown" or "code" and the text."""
    tree = ast.parse(script)
    lines = script.splitlines()
    title, _, rest = ast.get_docstring(tree).partition("\n")
    found = [("markdown", f"# {title}\n{rest}".rstrip())]
    start = tree.body[0].end_lineno
    for node in tree.body[1:]:
        if isinstance(node, ast.FunctionDef):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            found.append(("code", _text(lines[start : first - 1])))
            start = first - 1
            if node.name == "main":
                body = textwrap.dedent(_text(lines[node.lineno : node.end_lineno]))
                found += _paragraphs(body)
                break
            found.append(("code", _text(lines[start : node.end_lineno])))
            start = node.end_lineno
    return [(kind, text) for kind, text in found if text]


def _text(lines):
    return "\n".join(lines).strip("\n")


def _paragraphs(body):
    """A function's statements; blank lines between them end a cell."""
    lines = body.splitlines()
    start, last = 0, 0
    for node in ast.parse(body).body:
        between = lines[last : node.lineno - 1]
        if "" in between:
            yield from _cell(lines[start:last])
            start = last
        last = node.end_lineno
    yield from _cell(lines[start:last])


def _cell(lines):
    """A paragraph; comments that begin it are text."""
    lines = [*lines]
    while lines and not lines[0]:
        lines.pop(0)
    said = []
    while lines and lines[0].startswith("# "):
        said.append(lines.pop(0)[2:])
    if said:
        yield "markdown", " ".join(said)
    # A plan that a cell ends with draws itself.
    if plan := re.fullmatch(r"print\((repr\()?(plan\(.*\))(?(1)\))\)", lines[-1]):
        lines[-1] = plan[2]
    yield "code", "\n".join(lines)


def notebook(name):
    """An example as a notebook that was not carried out."""
    import nbformat.v4 as v4

    made = {"markdown": v4.new_markdown_cell, "code": v4.new_code_cell}
    script = (FOLDER / f"{name}.py").read_text()
    listed = [made[kind](text) for kind, text in cells(script)]
    for number, cell in enumerate(listed):
        cell.id = f"{name.replace('_', '-')}-{number}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return v4.new_notebook(cells=listed, metadata={"kernelspec": kernel})


def carried_out(name):
    """The same with all that its cells said and drew."""
    from nbclient import NotebookClient

    client = NotebookClient(
        notebook(name),
        timeout=600,
        kernel_name="python3",
        resources={"metadata": {"path": str(FOLDER)}},
        record_timing=False,
    )
    found = client.execute()
    found.metadata.pop("language_info", None)
    return found


def main():
    import nbformat

    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    for name in sys.argv[1:] or examples():
        nbformat.write(carried_out(name), FOLDER / f"{name}.ipynb")
        print(f"{name}.ipynb")


if __name__ == "__main__":
    main()
