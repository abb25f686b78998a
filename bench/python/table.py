"""The README's table of gains, from what `race.py --output FILE` wrote.

    python bench/python/table.py FILE [README.md]
"""

import json
import sys
from pathlib import Path

BEGIN, END = "<!-- python-bench:begin -->", "<!-- python-bench:end -->"


def table(rows):
    lines = [
        "| function | done by | gain | temporary memory |",
        "| --- | --- | ---: | ---: |",
    ]
    for row in sorted(rows, key=lambda r: (r["control"], -r["gain"])):
        theirs = row[f"{row['better']} temporary bytes"]
        ours = row["ours temporary bytes"]
        memory = f"{theirs / ours:.1f}× less" if ours and theirs > ours else "–"
        way = {"plan": "a plan", "reverse": "`jacrev`", "forward": "`jacfwd`"}
        lines.append(
            f"| {row['function'].removeprefix('structure: ')} | {way[row['mode']]} "
            f"| {row['gain']:.2g}× | {memory} |"
            if row["gain"] < 9.95
            else f"| {row['function'].removeprefix('structure: ')} "
            f"| {way[row['mode']]} | {row['gain']:.0f}× | {memory} |"
        )
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
