"""Small charts: numbers in, the places of bars out. The templates draw them as SVG, without styles of their own."""

from typing import NamedTuple


class Bar(NamedTuple):
    """An upright bar in the units of its chart, `y` from the top."""

    label: str
    number: int
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


class BarChart:
    """Upright bars side by side, the highest as high as the chart; a number above nought is always to be seen."""

    WIDTH, HEIGHT, GAP, LEAST = 360, 90, 6, 2
    TOP, BOTTOM = 16, 18  # room for the numbers above the bars and for the labels below

    def __init__(self, title: str, unit: str, numbers: list[tuple[str, int]]) -> None:
        """`numbers` is a list of (label, number); `unit` is the measure word and noun that follow a number."""
        self.title, self.unit, self.numbers = title, unit, numbers

    @property
    def view_box(self) -> str:
        return f"0 0 {self.WIDTH} {self.TOP + self.HEIGHT + self.BOTTOM}"

    @property
    def base(self) -> int:
        return self.TOP + self.HEIGHT

    @property
    def label_y(self) -> int:
        return self.base + self.BOTTOM - 4

    @property
    def total(self) -> int:
        return sum(number for _, number in self.numbers)

    @property
    def summary(self) -> str:
        """The chart in one sentence, for who does not see it."""
        if not self.total:
            return f"{self.title}：还没有。"
        highest, most = max(self.numbers, key=lambda row: row[1])
        _, latest = self.numbers[-1]
        counted = [f"共 {self.total}", f"最多的一周（{highest}起）{most}", f"本周 {latest}"]
        return f"{self.title}：{'，'.join(f'{text} {self.unit}' for text in counted)}。"

    @property
    def bars(self) -> list[Bar]:
        most = max((number for _, number in self.numbers), default=0) or 1
        step = self.WIDTH / max(len(self.numbers), 1)
        found = []
        for place, (label, number) in enumerate(self.numbers):
            height = max(self.HEIGHT * number / most, self.LEAST) if number else 0
            left, width = place * step + self.GAP / 2, step - self.GAP
            found.append(
                Bar(label, number, *(round(n, 1) for n in (left, self.TOP + self.HEIGHT - height, width, height)))
            )
        return found
