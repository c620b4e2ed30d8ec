"""Names beside points, so that none covers another or a point, wherever the picture is seen."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from tracker.charts.frame import wide

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

REACHES = (9, 22, 38, 58, 82)  # of a label from its point, in pixels
WAYS = ((1, 0), (1, -1), (1, 1), (-1, 0), (-1, -1), (-1, 1), (0, -1), (0, 1))  # down is 1
NEAR = REACHES[0]  # so near that no line need lead to the point
HALF = 8  # of a label's height
POINT = 7  # half of what a marker takes


class Label(NamedTuple):
    """How far a name stands from its point, in pixels (down is above 0), and to which side."""

    across: float
    down: float
    side: str  # which end of the text stands there: left, right, center

    @property
    def far(self) -> bool:
        """Whether a line must lead from the name to the point."""
        return max(abs(self.across), abs(self.down)) > NEAR + HALF


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: _Box) -> bool:
        """Whether two boxes share any place."""
        apart = self.right <= other.left or other.right <= self.left
        return not (apart or self.bottom <= other.top or other.bottom <= self.top)


def place(
    points: Sequence[tuple[float, float]],
    names: Sequence[str],
    sizes: Iterable[tuple[float, float]],
) -> list[Label | None]:
    """A place for the name of each of the first points, in their order; None where there is none.

    Parameters
    ----------
    points : (across, up) from 0 to 1 of the plot; those without a name are kept clear too
    names : of the first points
    sizes : (width, height) of the plot in pixels, one for each screen that it must suit
    """
    screens = [
        (width, height, [_Box(x - POINT, y - POINT, x + POINT, y + POINT) for x, y in at])
        for width, height in sizes
        for at in [[(across * width, (1 - up) * height) for across, up in points]]
    ]
    taken: list[list[_Box]] = [list(boxes) for _, _, boxes in screens]
    found: list[Label | None] = []
    for number, name in enumerate(names):
        found.append(None)
        for reach, (way, fall) in product(REACHES, WAYS):
            label = _label(reach, way, fall)
            boxes = [_box(at[number], label, wide(name)) for _, _, at in screens]
            inside = all(
                box.left >= 0 and box.top >= 0 and box.right <= width and box.bottom <= height
                for box, (width, height, _) in zip(boxes, screens, strict=True)
            )
            if inside and not any(
                box.meets(other)
                for box, others in zip(boxes, taken, strict=True)
                for other in others
            ):
                found[-1] = label
                for box, others in zip(boxes, taken, strict=True):
                    others.append(box)
                break
    return found


def _label(reach: float, way: int, fall: int) -> Label:
    side = {1: "left", -1: "right", 0: "center"}[way]
    return Label(way * reach, fall * (reach + (HALF if not way else 0)), side)


def _box(point: _Box, label: Label, width: float) -> _Box:
    x = (point.left + point.right) / 2 + label.across
    y = (point.top + point.bottom) / 2 + label.down
    left = x - {"left": 0.0, "center": width / 2, "right": width}[label.side]
    return _Box(left, y - HALF, left + width, y + HALF)
