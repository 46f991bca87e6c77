"""tools/demo_table.py - the tables that a demo prints at its end."""
import demo_counters as counters
from demo_counters import SCANNERS


def spread(table, counter, scale, digits, *where):
    """Median, and half the range if there were several runs."""
    found = [v * scale for v in counters.values(table, counter, *where)]
    if not found:
        return "-"
    text = f"{sorted(found)[len(found) // 2]:.{digits}f}"
    if len(found) > 1:
        text += f"±{(max(found) - min(found)) / 2:.{digits}f}"
    return text


def print_costs(table, rows, columns, width):
    """rows: (label, block size, workload); columns: (head, counter, scale,
    digits); both designs side by side."""
    print("\n" + " " * 15
          + "".join(f"{s:^{width * len(columns)}}" for s in SCANNERS))
    print(" " * 15 + "".join(f"{c[0]:>{width}}" for c in columns) * 2)
    for label, bs, name in rows:
        cells = [spread(table, *column[1:], s, bs, name)
                 for s in SCANNERS for column in columns]
        if set(cells) != {"-"}:
            print(f"{label:15}" + "".join(f"{c:>{width}}" for c in cells))


def print_starters(table, which):
    shares = {s: counters.write_shares(table, s) for s in SCANNERS}
    print(f"\n{f'Who started the writes, {which}':46}"
          + "".join(f"{s:>12}" for s in SCANNERS))
    for who in counters.INITIATORS:
        row = [shares[s].get(who, 0) for s in SCANNERS]
        if any(row):
            print(f"  {who:44}" + "".join(f"{100 * r:10.1f} %" for r in row))
    return shares


def print_facts(table, facts):
    """Prints them; returns those that did not come out."""
    missed = []
    print(f"\n{'What must come out':46}"
          + "".join(f"{s:>12}" for s in SCANNERS))
    for fact, found, wrong in counters.facts(table, facts):
        row = ["-" if found[s] is None else counters.show_number(found[s])
               for s in SCANNERS]
        print(f"  {fact.text:44}" + "".join(f"{v:>12}" for v in row)
              + ("  NOT as expected" if wrong else "  as expected"))
        missed += [f"{s}: {fact.text}: {found[s]}, expected "
                   f"{fact.wanted[SCANNERS.index(s)]}" for s in wrong]
    return missed
