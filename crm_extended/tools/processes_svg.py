"""A process as a small picture (SVG) for screens without a drawing program; no ORM."""

import textwrap
from collections.abc import Mapping
from html import escape

from .processes import (
    BOUNDARY,
    END,
    EXCLUSIVE,
    PARALLEL,
    START,
    TIMER,
    Process,
    graph,  # noqa: F401 (examples)
)
from .processes_layout import lay_out

#: Letters that fit on one line of a box, and lines in it.
LETTERS, LINES = 15, 4
EVENTS = (START, END, TIMER, BOUNDARY)


def draw(process: Process, states: Mapping[str, str] = (), notes: Mapping[str, str] = ()) -> str:
    """Return the picture.

    :param states: what to say of a node by its class: "done", "now", "late", "fault", "heat_0" to "heat_4",
        "added", "removed", "changed"
    :param notes: a word to put above a node

    >>> picture = draw(graph("<b>", "s:start a:user e:end", "s > a > e"), {"a": "now"}, {"a": "3 h"})
    >>> picture.count("<rect"), "o_crmx_process_now" in picture, "3 h" in picture
    (1, True, True)
    >>> "<b>" in picture
    False
    """
    states, notes = dict(states), dict(notes)
    layout = lay_out(process)
    right, bottom = _extent(layout)
    parts = [_line(layout.lines[flow.id], flow.name) for flow in process.flows]
    parts += [
        _shape(node, layout.boxes[node.id], states.get(node.id, ""), notes.get(node.id, ""))
        for node in process.nodes
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {right} {bottom}" width="{right}" '
        f'height="{bottom}" class="o_crmx_process_picture" role="img" '
        f'aria-label="{escape(process.name)}">{_ARROW}{"".join(parts)}</svg>'
    )


def heat(hours: Mapping[str, float], steps: int = 5) -> dict[str, str]:
    """Return how hot each node is, by the share of the longest time: "heat_0" to "heat_4".

    >>> heat({"a": 0.1, "b": 5.0, "c": 10.0})
    {'a': 'heat_0', 'b': 'heat_2', 'c': 'heat_4'}
    """
    longest = max(hours.values(), default=0.0)
    return {
        id_: f"heat_{min(steps - 1, int(value / longest * steps)) if longest > 0 else 0}"
        for id_, value in hours.items()
    }


_ARROW = (
    '<defs><marker id="crmx_arrow" viewBox="0 0 10 10" refX="10" refY="5" markerWidth="7" '
    'markerHeight="7" orient="auto"><path d="M0 0L10 5L0 10z" fill="#888"/></marker></defs>'
)


def _extent(layout):
    xs = [left + width for left, _top, width, _height in layout.boxes.values()]
    ys = [top + height for _left, top, _width, height in layout.boxes.values()]
    for line in layout.lines.values():
        xs += [x for x, _y in line]
        ys += [y for _x, y in line]
    return max(xs, default=0) + 40, max(ys, default=0) + 40


def _line(points, name):
    text = " ".join(f"{x},{y}" for x, y in points)
    label = ""
    if name:
        # on the longest piece, where no shape covers it
        (x, y), (to_x, to_y) = max(
            zip(points, points[1:], strict=False),
            key=lambda piece: abs(piece[0][0] - piece[1][0]) + abs(piece[0][1] - piece[1][1]),
        )
        label = _text([name[:24]], (x + to_x) // 2, (y + to_y) // 2 - 6, "o_crmx_process_arrow")
    line = f'<polyline points="{text}" fill="none" stroke="#888" marker-end="url(#crmx_arrow)"/>'
    return line + label


def _shape(node, box, state, note):
    left, top, width, height = box
    x, y = left + width // 2, top + height // 2
    style = 'fill="#fff" stroke="#666" stroke-width="1.5"'
    if node.kind in EVENTS:
        thick = style.replace('"1.5"', '"4"') if node.kind == END else style
        shape = f'<circle cx="{x}" cy="{y}" r="{width // 2}" {thick}/>'
        if node.kind in (TIMER, BOUNDARY):
            shape += f'<path d="M{x} {y - 9}V{y}H{x + 7}" fill="none" stroke="#666"/>'
        shape += _text([node.name[:24]], x, top + height + 14)
    elif node.kind in (EXCLUSIVE, PARALLEL):
        corners = f"{x},{top} {left + width},{y} {x},{top + height} {left},{y}"
        sign = "+" if node.kind == PARALLEL else "×"
        shape = f'<polygon points="{corners}" {style}/>' + _text([sign], x, y + 6, "o_crmx_process_sign")
        shape += _text([node.name[:24]], x, top - 8)
    else:
        shape = f'<rect x="{left}" y="{top}" width="{width}" height="{height}" rx="8" {style}/>'
        lines = textwrap.wrap(node.name, LETTERS, max_lines=LINES, placeholder="…")
        shape += _text(lines, x, y - 7 * (len(lines) - 1) + 4)
    if note:
        shape += _text([note], x, top - 8, "o_crmx_process_note")
    name = f"o_crmx_process_node o_crmx_process_{state}" if state else "o_crmx_process_node"
    return f'<g class="{name}" data-node="{escape(node.id)}"><title>{escape(node.name)}</title>{shape}</g>'


def _text(lines, x, y, name="o_crmx_process_text"):
    spans = "".join(
        f'<tspan x="{x}" y="{y + 14 * number}">{escape(line)}</tspan>' for number, line in enumerate(lines)
    )
    return f'<text class="{name}" text-anchor="middle" font-size="12">{spans}</text>' if spans else ""
