"""What keeps a figure from being claimed, or from being read without more words."""

from __future__ import annotations

from npolicing.vocabulary import EvaluationCaveat

__all__ = ["CAVEATS", "REFUSING"]

REFUSING: tuple[EvaluationCaveat, ...] = (
    "no_comparison",
    "unknown_count",
    "zero_count",
    "nothing_counted",
    "unequal_periods",
    "unequal_areas",
    "unknown_exposure",
    "expected_below_zero",
    "too_few_events",
    "picked_on_before",
)
"""With one of these nothing can be claimed; the others are said beside the claim."""
CAVEATS: dict[EvaluationCaveat, str] = {
    "no_comparison": (
        "There are no comparison areas: before and after alone do not tell a response from "
        "anything else that changed meanwhile."
    ),
    "unknown_count": "A count that the figure needs is not known.",
    "zero_count": "A count is 0, and the figure would divide by it.",
    "nothing_counted": (
        "An arm has no event before or after: nothing that happens there could show in it."
    ),
    "unequal_periods": (
        "The periods before and after are not equally long, and counts are not weighted by days: "
        'ask for weights=["days"].'
    ),
    "unequal_areas": (
        "The areas are not equally large, so that they would not change by as many events, and "
        'counts are not weighted by area: ask for weights=["hectares"], or for counts as they are '
        "with weights=[]."
    ),
    "unknown_exposure": "The days or hectares by which counts are to be weighted are not known.",
    "expected_below_zero": (
        "The comparison has so many events fewer that less than none would be expected here: the "
        "areas do not change by as many."
    ),
    "too_few_events": (
        "The counts, or those of the treated or the comparison areas, rest on too few events for "
        "the test to hold what it promises."
    ),
    "picked_on_before": (
        "The treated areas were picked by the counts of the period before: such areas come down by "
        "themselves, and the figure cannot tell that from an effect. Count a period before that "
        "the picking did not use."
    ),
    "picking_not_said": (
        "It is not said how the treated areas were picked. If they were picked for high counts in "
        "the period before, they come down by themselves."
    ),
    "unknown_periods": "The days are not known: equally long periods are taken for granted.",
    "unknown_areas": (
        "How large the areas are is not known, so that it is taken for granted that they would "
        "change by as many events."
    ),
    "unplaced_events": "Some events of the same days have no area, and may be of any arm or none.",
    "no_displacement": "Nobody looked whether events moved to the areas next door.",
    "displacement_not_compared": (
        "The displacement areas have nothing to be compared with, and are left out."
    ),
    "displacement_left_out": (
        "The figure is of the treated areas alone: what became more or fewer in the displacement "
        "areas, which were counted, is not in it."
    ),
    "zero_in_difference": (
        "A count is 0: the difference takes it as it is, as if chance could not have made it "
        "another, and there is no ratio."
    ),
    "no_success": (
        "The treated did not do better than the comparison, and a quotient cannot be read then."
    ),
    "not_by_likelihood": (
        "Its interval has no 0 in it, but by the likelihood ratio chance could have made as much: "
        "a claim needs both."
    ),
    "methods_disagree": "The two methods with a test, wdd and rirr, do not say the same.",
}
"""What each caveat says, in words."""
