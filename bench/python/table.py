"""The README's table of gains, from what `race.py --output FILE` wrote.

    python bench/python/table.py FILE [README.md]
"""

import json
import sys
from pathlib import Path

BEGIN, END = "<!-- python-bench:begin -->", "<!-- python-bench:end -->"


WAYS = {"plan": "a plan", "reverse": "`jacrev`", "forward": "`jacfwd`"}
MODES = {"jacrev": "reverse", "jacfwd": "forward"}


def gain(row):
    """The measured ratio, but for what is the same program as the better mode."""
    if MODES[row["better"]] == row["mode"]:
        return "1×, it is that"
    return f"{row['gain']:.0f}×" if row["gain"] >= 9.95 else f"{row['gain']:.2g}×"


def memory(row):
    theirs, ours = (row[f"{k} temporary bytes"] for k in (row["better"], "ours"))
    return f"{theirs / ours:.1f}× less" if theirs > 1.05 * ours > 0 else "–"


def table(rows):
    lines = [
        "| function | done by | gain | temporary memory |",
        "| --- | --- | ---: | ---: |",
    ]
    for row in sorted(rows, key=lambda r: (r["control"], -r["gain"])):
        name = row["function"].removeprefix("structure: ")
        lines.append(f"| {name} | {WAYS[row['mode']]} | {gain(row)} | {memory(row)} |")
    return "\n".join(lines)


def main():
    rows = [json.loads(line) for line in Path(sys.argv[1]).read_text().splitlines()]
    if len(sys.argv) < 3:
        print(table(rows))
        return
    readme = Path(sys.argv[2])
    before, rest = readme.read_text().split(BEGIN)
    after = rest.split(END)[1]
    readme.write_text(f"{before}{BEGIN}\n{table(rows)}\n{END}{after}")


if __name__ == "__main__":
    main()
