"""Draws a run's timeline, as `sonic run --trace` writes it, as an SVG picture.

    python3 Docs/schedule.py trace.json > Docs/schedule.svg
"""

import json
import sys
from xml.sax.saxutils import escape

COLOURS = ["#4e79a7", "#f28e2b", "#59a14f", "#e15759", "#76b7b2", "#edc948", "#b07aa1", "#ff9da7",
           "#9c755f", "#2f4b7c", "#a05195", "#6b8e23"]
LEFT, TOP, WIDTH, ROW = 78, 52, 900, 8


def steps(total):
    """Round steps of the axis, about eight of them."""
    scale = 10 ** (len(str(int(total / 8 * 1e6))) - 1) / 1e6
    return next(m * scale for m in (1, 2, 5, 10) if total / (m * scale) <= 10)


def span(event):
    """Start and duration in microseconds, to the picosecond."""
    start, end = event["args"]["ps"]
    return start / 1e6, (end - start) / 1e6


def main():
    events = json.load(open(sys.argv[1]))["traceEvents"]
    rows = {e["tid"]: e["args"]["name"] for e in events if e["name"] == "thread_name"}
    title = next(e["args"]["name"] for e in events if e["name"] == "process_name")
    slices = [e for e in events if e["ph"] == "X"]
    slices.sort(key=lambda e: int(e["args"]["instruction"].split(":")[0]))
    work = [(e["name"], e["tid"], *span(e)) for e in slices]
    work = [w for w in work if w[3] > 0]
    names = list(dict.fromkeys(name for name, *_ in work))
    colour = {name: COLOURS[i % len(COLOURS)] for i, name in enumerate(names)}
    end = max(start + duration for *_, start, duration in work)
    height = TOP + len(rows) * ROW + 30

    def x(time):
        return LEFT + WIDTH * time / end

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 20} {height}" '
           'font-family="sans-serif" font-size="11">',
           '<rect width="100%" height="100%" fill="#fff"/>',
           f'<text x="8" y="16" font-size="13">{escape(title)}: {end:.2f} us</text>']
    at = LEFT
    for name in names:
        out.append(f'<rect x="{at}" y="26" width="10" height="10" fill="{colour[name]}"/>'
                   f'<text x="{at + 13}" y="35">{escape(name)}</text>')
        at += 24 + 6.4 * len(name)
    for index, row in enumerate(sorted(rows)):
        y = TOP + index * ROW
        name = rows[row]
        if not name.endswith(tuple("123456789")) or name[-2:] in ("10", "20", "30", "40"):
            out.append(f'<text x="{LEFT - 5}" y="{y + 8}" text-anchor="end" font-size="9">'
                       f'{escape(name)}</text>')
    bottom = TOP + len(rows) * ROW
    step = steps(end)
    for i in range(int(end / step) + 1):
        out.append(f'<path d="M{x(i * step):.1f} {TOP}V{bottom + 4}" stroke="#ddd"/>'
                   f'<text x="{x(i * step):.1f}" y="{bottom + 17}" text-anchor="middle">'
                   f'{i * step:g} us</text>')
    place = {row: TOP + index * ROW for index, row in enumerate(sorted(rows))}
    for name in names:
        shapes = "".join(
            f'M{x(start):.2f} {place[row] + 1}h{max(WIDTH * duration / end, 0.3):.2f}'
            f'v{ROW - 2}H{x(start):.2f}z' for own, row, start, duration in work if own == name)
        out.append(f'<path fill="{colour[name]}" d="{shapes}"><title>{escape(name)}</title></path>')
    out.append("</svg>")
    print("\n".join(out))


main()
