"""The README's table of gains, from what `race.py` wrote.

    python bench/python/table.py [RESULTS [README.md]]
"""

import csv
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "bench" / "results" / "python.csv"
BEGIN, END = "<!-- python-bench:begin -->", "<!-- python-bench:end -->"

WAYS = {"plan": "a plan", "reverse": "`jacrev`", "forward": "`jacfwd`"}
MODES = {"jax jacrev": "reverse", "jax jacfwd": "forward"}


def cases(text):
    """For each function its family, and its rows by contestant and quantity."""
    lines = [line for line in text.splitlines() if not line.startswith("# ")]
    found = {}
    for row in csv.DictReader(lines):
        case = found.setdefault(row["case"], {"family": row["family"]})
        if row["outcome"] == "measured":
            case[row["contestant"], row["quantity"]] = row
    return found


def circumstances(text):
    """On what it was measured."""
    said = dict(
        line[2:].split(": ", 1) for line in text.splitlines() if line.startswith("# ")
    )
    return f"{said['machine']}; {said['peers']}; {said['date'][:10]}."


def ratio(value):
    return f"{value:.0f}×" if value >= 9.95 else f"{value:.2g}×"


def gained(case):
    """The better of JAX's modes, and its time over ours, first quartiles."""

    def low(who):
        return float(case[who, "jacobian seconds"]["low"])

    better = min((m for m in MODES if (m, "jacobian seconds") in case), key=low)
    return better, low(better) / low("jacobian")


def line(name, case):
    better, gain = gained(case)
    mode = case["jacobian", "jacobian seconds"]["note"].partition(":")[0]
    # What is the same program as the better mode has no figure of its own.
    told = "1×, it is that" if MODES[better] == mode else ratio(gain)

    def over(who, quantity):
        theirs, ours = case.get((who, quantity)), case["jacobian", quantity]
        if theirs is None or float(ours["low"]) == 0:
            return "–"
        return ratio(float(theirs["low"]) / float(ours["low"]))

    beside = [over(who, "jacobian seconds") for who in ("by hand", "asdex")]
    memory = "–" if MODES[better] == mode else over(better, "temporary bytes")
    name = name.removeprefix("structure: ")
    return f"| {name} | {WAYS[mode]} | {told} | {' | '.join(beside)} | {memory} |"


def table(text):
    found = cases(text)
    lines = [
        "| function | done by | gain | by hand ÷ ours | asdex ÷ ours | memory |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    order = sorted(
        found.items(),
        key=lambda item: (
            item[1]["family"] == "nothing to gain",
            -gained(item[1])[1],
        ),
    )
    lines += [line(name, case) for name, case in order]
    return "\n".join([*lines, "", circumstances(text)])


def between(page):
    """What stands between the marks of a page."""
    return page.split(BEGIN)[1].split(END)[0].strip()


def main():
    results = Path(sys.argv[1]) if len(sys.argv) > 1 else RESULTS
    text = results.read_text()
    if len(sys.argv) < 3:
        print(table(text))
        return
    readme = Path(sys.argv[2])
    before, rest = readme.read_text().split(BEGIN)
    after = rest.split(END)[1]
    readme.write_text(f"{before}{BEGIN}\n{table(text)}\n{END}{after}")


if __name__ == "__main__":
    main()
