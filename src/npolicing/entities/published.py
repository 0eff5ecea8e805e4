"""What a document printed, what the rows give, and what a comparison of the two finds."""

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar

import attrs

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._rules import NeededWhen, Rule
from npolicing.calendar import MONTH
from npolicing.entities._forms import CODE, FORCE, IDENTIFIER
from npolicing.vocabulary import AsOfBasis, Level, Relation

TOPIC = Column("What the figure is about, such as street_watch or acf.", pattern="[a-z][a-z0-9_]*")
MEASURE = Column("Name of the measure, such as gap or spend_rate.", pattern="[a-z_]+")
UNIT = Column("Unit of the value: GBP, ratio, schemes, logs and so on.")
NPU_OR_FORCE = Column("Unit; null for the force as a whole.", pattern=CODE, refers="NPU.code")
LEVEL = Column("Level of area that the figure is for.")
DENOMINATOR = Column(
    "Measure that a ratio divides by; null where it is no ratio.", pattern="[a-z_]+"
)


def _same_level(npu: str, level: str) -> bool:
    return bool(npu) and level != "force"


@attrs.frozen(kw_only=True)
class PublishedFigure(Record):
    """One figure as a document prints it, or one claim that it prints without a figure."""

    document: Annotated[str, Column("Identifier of the document.", key=True, pattern=IDENTIFIER)]
    figure_id: Annotated[
        str, Column("Identifier within the document.", key=True, pattern=IDENTIFIER)
    ]
    place: Annotated[str, Column("Where it stands, such as Appendix 3 or Paragraph 51.")]
    force: Annotated[str, attrs.evolve(FORCE, key=False)]
    topic: Annotated[str, TOPIC]
    measure: Annotated[str, MEASURE]
    unit: Annotated[str, UNIT]
    relation: Annotated[
        Relation,
        Column("How the value is meant: exactly, about, more than, less than; or a bare claim."),
    ]
    text: Annotated[str, Column("The words or the cell, as printed.")]
    report_date: Annotated[date, Column("Date of the document.")]
    value: Annotated[
        Decimal | None, Column("The value as printed; null for a claim without one.", scale=6)
    ] = None
    step: Annotated[
        Decimal | None,
        Column("What it is rounded to, such as 0.01 for a whole per cent.", scale=6, ge=0),
    ] = None
    level: Annotated[Level | None, LEVEL] = None
    label: Annotated[
        str | None, Column("The area as printed; null in prose and in cells without a label.")
    ] = None
    npu: Annotated[str | None, NPU_OR_FORCE] = None
    denominator: Annotated[str | None, DENOMINATOR] = None
    cites: Annotated[str | None, Column("Place that it refers to, such as Appendix 3.")] = None
    as_of: Annotated[date | None, Column("Day on which it stood; null where none is printed.")] = (
        None
    )
    month: Annotated[
        str | None, Column("Month that a change leads to, such as 2018-07.", pattern=MONTH)
    ] = None
    base_month: Annotated[
        str | None, Column("Month that a change starts from, such as 2018-02.", pattern=MONTH)
    ] = None

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            code="INCONSISTENT",
            name="a figure of a unit is not at force level",
            columns=("npu", "level"),
            holds=_same_level,
        ),
        NeededWhen(code="INCONSISTENT", needed="npu", when="level", values=("npu",)),
    )


@attrs.frozen(kw_only=True)
class ComputedFigure(Record):
    """One figure as the rows give it, with what it was divided out of."""

    force: Annotated[str, FORCE]
    topic: Annotated[str, attrs.evolve(TOPIC, key=True)]
    measure: Annotated[str, attrs.evolve(MEASURE, key=True)]
    unit: Annotated[str, UNIT]
    level: Annotated[Level, LEVEL]
    value: Annotated[Decimal | None, Column("The value; null where it is undefined.", scale=6)] = (
        None
    )
    npu: Annotated[str | None, attrs.evolve(NPU_OR_FORCE, key=True)] = None
    numerator: Annotated[Decimal | None, Column("What a ratio divides.", scale=6)] = None
    denominator: Annotated[str | None, DENOMINATOR] = None
    denominator_value: Annotated[Decimal | None, Column("What a ratio divides by.", scale=6)] = None
    as_of: Annotated[date | None, Column("Day on which it stood.")] = None
    as_of_basis: Annotated[AsOfBasis | None, Column("Whether a source states that day.")] = None


@attrs.frozen(kw_only=True)
class Finding(Record):
    """One thing that a comparison found: what was printed, what the rows give, and where."""

    number: Annotated[int, Column("Place in the list.", key=True, ge=1)]
    force: Annotated[str, attrs.evolve(FORCE, key=False)]
    code: Annotated[str, Column("Kind of finding.", pattern="[A-Z_]+")]
    place: Annotated[str, Column("Where in the document.")]
    topic: Annotated[str, TOPIC]
    printed: Annotated[str, Column("What was printed.")]
    given: Annotated[str, Column("What the figures give.")]
    words: Annotated[str, Column("What that means, in a sentence or two.")]
    measure: Annotated[str | None, MEASURE] = None
    npu: Annotated[str | None, NPU_OR_FORCE] = None
    difference: Annotated[
        Decimal | None, Column("Printed minus computed, in the unit of the measure.", scale=6)
    ] = None
    low: Annotated[
        Decimal | None, Column("Least that the difference can be, given the rounding.", scale=6)
    ] = None
    high: Annotated[
        Decimal | None, Column("Most that the difference can be, given the rounding.", scale=6)
    ] = None
    unit: Annotated[str | None, UNIT] = None
