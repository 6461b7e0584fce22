"""The result as Markdown."""

from cases import HOST, LIBRARY
from measure import median

MIB = 1 << 20


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


def figure(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def of_machine(facts):
    return table(["Machine", ""], facts.items())


def of_algorithms(found):
    keys = ("software", "kex", "cipher", "mac")
    rows = [[name, *(one[key] for key in keys)] for name, one in found.items()]
    return table(["Client", "as the server saw it", "key exchange", "cipher", "MAC"], rows)


def of_case(case, samples):
    """`samples` are those of each side by its name."""
    scale = {side.name: (1000 if case.unit == "ms" else 1) / side.count for side in case.sides}
    medians = {name: median(some) for name, some in samples.items()}

    def wall(name):
        return medians[name].wall * scale[name]

    rows = []
    for name, some in samples.items():
        one, walls = medians[name], [sample.wall * scale[name] for sample in some]
        row = [name, figure(wall(name)), f"{figure(min(walls))} to {figure(max(walls))}"]
        if case.payload:
            row.append(figure(case.payload / MIB / one.wall))
        row += [
            figure(one.client_cpu * scale[name]),
            figure(one.server_cpu * scale[name]),
            figure(one.memory / MIB),
        ]
        row += [figure(wall(name) / wall(ours)) if ours != name else "" for ours in (LIBRARY, HOST)]
        rows.append(row)
    unit = case.unit
    head = [f"rounds: {case.rounds}", f"wall, {unit}", "least to most"]
    head += ["MiB/s"] if case.payload else []
    head += [f"client CPU, {unit}", f"server CPU, {unit}", "memory, MiB"]
    head += ["library ÷ this, in speed", "packer-swift ÷ this, in speed"]
    return f"### {case.name}: {case.title}\n\n" + table(head, rows)
