"""Murphy's decomposition by bins, the area under the curve and the Murphy curve."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import binary_pairs, set_pairs

from tracker import Pairs
from tracker.errors import UsageError
from tracker.scoring.binned import BinnedDecomposition, area_under_curve, binned, murphy_curve
from tracker.scoring.decomposition import decompose
from tracker.tally import Tally

if TYPE_CHECKING:
    from pathlib import Path

EMPTY = Tally.of(Pairs(probability=[], outcome=[]))


def niamey(shared: Path, method: str) -> Tally:
    """Rain in Niamey in 2016: 92 days (R package reliabilitydiag, ECMWF-derived, CC BY 4.0)."""
    with (shared / "data/niamey/precip_niamey_2016.csv").open(encoding="utf-8") as file:
        days = list(csv.DictReader(file))
    said = [float(day[method]) for day in days]
    return Tally.of(Pairs(probability=said, outcome=[int(day["obs"]) for day in days]))


def parts(found: BinnedDecomposition) -> tuple[float, ...]:
    """The five terms with the signs that they have in the score."""
    terms = (
        found.miscalibration,
        found.discrimination,
        found.uncertainty,
        found.within_variance,
        found.within_covariance,
    )
    signs = (1, -1, 1, 1, -1)
    return tuple(sign * (term or 0.0) for sign, term in zip(signs, terms, strict=True))


# --- published numbers --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "plain", "corrected"),
    [
        (
            "Logistic",
            (0.005412609201, 0.04263536836, 0.244210775047),
            (0.0, 0.03817871029, 0.245166726186),
        ),
        (
            "EMOS",
            (0.011355982988, 0.02206256955, 0.244210775047),
            (0.0, 0.01316112426, 0.246665312749),
        ),
        (
            "ENS",
            (0.06367871369, 0.04389395881, 0.244210775047),
            (0.04412875525, 0.02702763525, 0.246894409938),
        ),
        (
            "EPC",
            (0.010764082405, 0.02319628229, 0.244210775047),
            (0.0007210764633, 0.01583691124, 0.246894409938),
        ),
    ],
)
def test_rain_in_niamey_by_tenths(
    shared: Path, method: str, plain: tuple[float, ...], corrected: tuple[float, ...]
) -> None:
    """Output of the R package SpecsVerification (data/niamey/murphy_bias_corrected.txt)."""
    found = binned(niamey(shared, method))
    assert (found.miscalibration, found.discrimination, found.uncertainty) == pytest.approx(
        plain, abs=1e-9
    )
    assert (
        found.corrected_miscalibration,
        found.corrected_discrimination,
        found.corrected_uncertainty,
    ) == pytest.approx(corrected, abs=1e-9)


# --- properties ---------------------------------------------------------------------------------


@given(binary_pairs(min_size=1) | set_pairs(), st.none() | st.integers(1, 20))
def test_five_terms_make_the_score(pairs: Pairs, bins: int | None) -> None:
    """Exactly, whatever the bins (Stephenson and others 2008)."""
    tally = Tally.of(pairs)
    found = binned(tally, bins=bins)
    assert found.score == pytest.approx(decompose(tally).score)
    assert sum(parts(found)) == pytest.approx(found.score, abs=1e-12)
    if bins is None:
        assert parts(found)[3:] == pytest.approx((0, 0), abs=1e-12)
        assert found.bins == len(tally)


@given(binary_pairs(min_size=2, max_size=60), st.none() | st.integers(1, 20))
def test_what_is_corrected_stays_possible(pairs: Pairs, bins: int | None) -> None:
    """Parts of 0 or more, an uncertainty up to 1/4, and the same sum."""
    found = binned(Tally.of(Pairs(probability=pairs.probability, outcome=pairs.outcome)), bins=bins)
    assert found.corrected_miscalibration is not None
    assert found.corrected_discrimination is not None
    assert found.corrected_uncertainty is not None
    assert min(found.corrected_miscalibration, found.corrected_discrimination) >= 0
    assert found.corrected_uncertainty <= 0.25
    whole = (
        found.corrected_miscalibration
        - found.corrected_discrimination
        + found.corrected_uncertainty
    )
    assert whole == pytest.approx(sum(parts(found)[:3]), abs=1e-9)


def test_the_upper_end_is_in_the_bin() -> None:
    """As R's cut has it with the lowest included: 0 and .1 are one bin, .3 is not in (.3, .4]."""
    said = [0.0, 0.1, 0.1 + 0.2, 0.301, 1.0]
    found = binned(Tally.of(Pairs(probability=said, outcome=[0, 0, 1, 0, 1])))
    assert found.bins == 4
    assert found.within_variance == pytest.approx(2 * 0.05**2 / 5)


def test_the_correction_takes_out_the_bias() -> None:
    """On average what is left is the square of what said and true chances are apart."""
    rng = np.random.default_rng(2)
    said, true = np.array([0.05, 0.3, 0.5, 0.9]), np.array([0.2, 0.05, 0.25, 0.7])
    tallies = [
        Tally.of(Pairs(probability=np.repeat(said, 20), outcome=rng.random(80) < true.repeat(20)))
        for _ in range(400)
    ]
    found = [binned(tally, bins=None) for tally in tallies]
    plain = np.mean([one.miscalibration or 0.0 for one in found])
    corrected = np.mean([one.corrected_miscalibration or 0.0 for one in found])
    exact = float(np.mean((said - true) ** 2))
    bias = float(np.mean(true * (1 - true))) / 20
    assert plain == pytest.approx(exact + bias, abs=0.003)
    assert corrected == pytest.approx(exact, abs=0.003)


def test_little_data_has_nones() -> None:
    """None of no forecasts; no correction for one, or where weights differ."""
    assert set(vars(binned(EMPTY)).values()) == {0, None}
    for pairs in (
        Pairs(probability=[0.3], outcome=[1]),
        Pairs(probability=[0.3, 0.3, 0.6], outcome=[1, 0, 1], weight=[1, 2, 3]),
    ):
        found = binned(Tally.of(pairs))
        assert found.corrected_miscalibration is None
        assert found.corrected_uncertainty is None
        assert found.miscalibration is not None
    with pytest.raises(UsageError, match="one bin or more; found 0"):
        binned(EMPTY, bins=0)


# --- discrimination and curves ------------------------------------------------------------------


@given(binary_pairs(min_size=1))
def test_the_area_counts_every_couple(pairs: Pairs) -> None:
    """How often an event had been given more than what did not happen; ties half."""
    p, y, w = pairs.probability, pairs.outcome == 1, pairs.weight
    more = np.sign(p[y][:, None] - p[~y][None, :]) / 2 + 0.5
    weight = w[y][:, None] * w[~y][None, :]
    found = area_under_curve(Tally.of(pairs))
    if weight.size:
        assert found == pytest.approx(float((more * weight).sum() / weight.sum()))
    else:
        assert found is None


@given(binary_pairs(min_size=1) | set_pairs())
def test_the_area_below_the_murphy_curve_is_the_brier_score(pairs: Pairs) -> None:
    """The curve is straight between levels: the midpoint of each stretch gives its area."""
    tally = Tally.of(pairs)
    ends = np.unique(np.r_[0.0, tally.probability, 1.0])
    middle = murphy_curve(tally, (ends[1:] + ends[:-1]) / 2)
    assert middle @ np.diff(ends) == pytest.approx(decompose(tally).score)


def test_at_a_level_the_murphy_curve_takes_half_of_each_side() -> None:
    """A forecast of .5 acts at .499, does not at .501, and half at .5; nothing without any."""
    curve = murphy_curve(
        Tally.of(Pairs(probability=[0.5], outcome=[1])), np.array([0.499, 0.5, 0.501])
    )
    assert curve.tolist() == pytest.approx([0, 0.5, 0.998])
    assert np.isnan(murphy_curve(EMPTY, np.array([0.5]))).all()
