import pytest

from myotrial.design.bayes.beta_fit import fitted
from myotrial.design.bayes.map_prior import Heterogeneity, PastStudy, map_prior
from myotrial.errors import MyotrialError, TooLargeError
from myotrial.statistics.beta_mixture import BetaMixture

# A quadrature of its own outside this package, of the model of R's RBesT::gMAP with mu ~ N(0, 2^2)
# and tau ~ HalfNormal(1): responders, patients; mean, sd, 2.5 %, 50 % and 97.5 % quantile of a new
# study's rate, and the posterior mean of tau.
QUADRATURE = [
    ([23, 12, 19, 9, 39, 6, 9, 10], [107, 44, 51, 39, 139, 20, 78, 35],
     (0.25828, 0.08741, 0.11085, 0.24843, 0.47144, 0.37946)),
    ([21, 5, 12], [48, 26, 60], (0.30942, 0.17686, 0.04561, 0.27998, 0.77300, 0.76160)),
]  # fmt: skip


def past(responders, n):
    return [PastStudy(x, m) for x, m in zip(responders, n, strict=True)]


@pytest.mark.parametrize(("responders", "n", "published"), QUADRATURE)
def test_map_prior__agrees_with_another_quadrature(responders, n, published):
    prior = map_prior(past(responders, n))
    quantiles = [prior.quantile(share) for share in (0.025, 0.5, 0.975)]
    found = (prior.mean, prior.sd, *quantiles, prior.tau_mean)
    assert found == pytest.approx(published, abs=1e-3)


def test_map_prior__without_spread_is_the_pooled_rate():
    prior = map_prior(past([20, 10], [100, 50]), Heterogeneity(spread=1e-4, mean_sd=10.0))
    assert prior.mean == pytest.approx(0.2, abs=0.01)
    assert prior.sd == pytest.approx((0.2 * 0.8 / 150) ** 0.5, rel=0.05)


def test_map_prior__of_more_spread_says_less():
    studies = past([10, 12, 9], [40, 40, 40])
    tight, loose = (map_prior(studies, Heterogeneity(spread=s)) for s in (0.1, 1.0))
    assert tight.sd < loose.sd


def test_map_prior__bears_studies_where_none_or_all_responded():
    prior = map_prior(past([0, 20], [20, 20]))
    assert prior.mean == pytest.approx(0.5, abs=1e-6)


def test_map_prior__of_large_studies_is_left_with_their_spread():
    large = map_prior(past([1_500, 1_250], [5_000, 5_000]))
    small = map_prior(past([600, 500], [2_000, 2_000]))
    assert large.mean == pytest.approx(small.mean, abs=2e-3)
    assert large.sd == pytest.approx(small.sd, abs=2e-3)


def test_map_prior__refuses_studies_beyond_its_quadrature():
    with pytest.raises(TooLargeError, match=r"would need \d+ values of the common"):
        map_prior(past([30_000_000, 25_000_000], [100_000_000, 100_000_000]))


def test_fitted__stands_for_a_map_prior():
    prior = map_prior(past([21, 5, 12], [48, 26, 60]))
    one, three = fitted(prior.cdf, components=1), fitted(prior.cdf, components=3)
    assert three.divergence < 0.001 < one.divergence
    assert three.mixture.mean == pytest.approx(prior.mean, abs=1e-3)
    assert three.mixture.sd == pytest.approx(prior.sd, abs=1e-3)
    assert three.mixture.quantile(0.025) == pytest.approx(prior.quantile(0.025), abs=0.01)


def test_fitted__finds_a_mixture_again():
    known = BetaMixture((0.7, 0.3), (4, 2), (16, 3))
    found = fitted(known.cdf, components=2)
    assert found.divergence < 1e-6
    assert found.mixture.weights == pytest.approx(known.weights, abs=0.01)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        pytest.param(lambda: map_prior([]), "at least one past study", id="no study"),
        pytest.param(lambda: PastStudy(5, 4), "must not exceed", id="count"),
        pytest.param(lambda: PastStudy(0, 0), "at least one patient", id="empty"),
        pytest.param(lambda: Heterogeneity(mean_sd=0.0), "must be positive", id="mean_sd"),
        pytest.param(lambda: Heterogeneity(spread=-1.0), "must be positive", id="spread"),
        pytest.param(lambda: fitted(lambda x: 0.5 * x), "only stand for", id="no distribution"),
        pytest.param(lambda: fitted(lambda x: x, components=0), "components", id="components"),
    ],
)
def test_map_prior__refuses_what_cannot_be(make, message):
    with pytest.raises(MyotrialError, match=message):
        make()


def test_quantile__of_a_map_prior_needs_a_share_inside():
    prior = map_prior(past([10], [40]))
    with pytest.raises(MyotrialError, match="between 0 and 1"):
        prior.quantile(0.0)
