import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import biometrics
from biometrics.thresholds import Answer, decide

sys.path.insert(0, str(Path(__file__).parent))
from fingers import template

FINGERS = 5
SAME = biometrics.THRESHOLD_FMR_0_01_PERCENT


def gallery() -> biometrics.Gallery:
    made = biometrics.Gallery()
    for finger in range(FINGERS):
        made.add(f"finger {finger}", [template(finger, 0), template(finger, 1)])
    return made


def test_a_gallery_names_the_finger() -> None:
    enrolled = gallery()
    for finger in range(FINGERS):
        ranked = enrolled.identify(template(finger, 2), 2)
        answer = decide(ranked, len(enrolled))
        assert (answer.answer, answer.finger) == (Answer.IDENTIFIED, f"finger {finger}")
        assert len(ranked) == 2


def test_a_stranger_and_a_removed_finger_are_nobody() -> None:
    enrolled = gallery()
    assert decide(enrolled.identify(template(FINGERS, 0), 2), len(enrolled)).answer is Answer.NOBODY
    enrolled.remove("finger 1")
    enrolled.remove("never there")
    assert "finger 1" not in enrolled
    assert decide(enrolled.identify(template(1, 2), 2), len(enrolled)).answer is Answer.NOBODY
    assert enrolled.verify(template(1, 2), "finger 1") == 0.0
    assert enrolled.verify(template(2, 2), "finger 2") >= SAME


def test_an_empty_gallery_and_bad_calls() -> None:
    empty = biometrics.Gallery()
    assert empty.identify(template(0, 0), 3) == []
    assert decide([], 0).answer is Answer.NOBODY
    with pytest.raises(ValueError, match="impressions"):
        empty.add("none", [])


def test_readers_go_on_while_another_thread_enrols() -> None:
    enrolled = gallery()

    def search() -> list[str]:
        return [enrolled.identify(template(2, 2), 1)[0][0] for _ in range(5)]

    with ThreadPoolExecutor(3) as threads:
        searches = [threads.submit(search) for _ in range(3)]
        for round_ in range(50):
            enrolled.add(f"new {round_}", [template(6, 0)])
            enrolled.remove(f"new {round_ - 3}")
        for each in searches:
            assert each.result() == ["finger 2"] * 5


def test_a_short_list_finds_what_comparing_all_finds() -> None:
    every, short = biometrics.Gallery(), biometrics.Gallery(compare_all=2)
    for finger in range(8):
        for enrolled in (every, short):
            enrolled.add(str(finger), [template(finger, 0), template(finger, 1)])
    for finger in range(8):
        (found,), (best,) = (each.identify(template(finger, 2), 1) for each in (short, every))
        assert found[0] == best[0]
        assert found[1] == pytest.approx(best[1], abs=1e-3)
    assert len(every.identify(template(0, 2), 10)) == 8
    assert len(short.identify(template(0, 2), 2)) == 2


def test_impressions_of_one_finger_count_as_one_with_the_best_score() -> None:
    enrolled = biometrics.Gallery()
    enrolled.add("one", [template(1, 0), template(1, 1), template(1, 3)])
    enrolled.add("two", [template(2, 0)])
    ranked = enrolled.identify(template(1, 2), 5)
    assert [finger for finger, _ in ranked] == ["one", "two"]
    best = max(biometrics.match(template(1, 2), template(1, number)) for number in (0, 1, 3))
    # Products are rounded by how many rows they have at once.
    assert ranked[0][1] == pytest.approx(best, abs=1e-3)
    assert enrolled.verify(template(1, 2), "one") == best


def test_a_finger_enrolled_anew_has_its_new_impressions_alone() -> None:
    enrolled = biometrics.Gallery(compare_all=1)
    enrolled.add("same", [template(1, 0)])
    enrolled.add("other", [template(3, 0)])
    enrolled.add("same", [template(2, 0)])
    assert len(enrolled) == 2
    assert enrolled.verify(template(1, 1), "same") < SAME
    assert enrolled.identify(template(2, 1), 1)[0][0] == "same"


def test_fingers_that_come_and_go_leave_no_memory_behind() -> None:
    enrolled = gallery()
    least = enrolled.nbytes
    most = 0
    for round_ in range(2500):
        enrolled.add("visitor", [template(round_ % 2 + 6, 0)])
        most = max(most, enrolled.nbytes)
    enrolled.remove("visitor")
    assert most < least + 1200 * 8_000
    assert len(enrolled) == FINGERS
    for finger in range(FINGERS):
        assert enrolled.identify(template(finger, 2), 1)[0][0] == f"finger {finger}"


def test_an_enrolled_impression_takes_little_memory() -> None:
    assert 0 < gallery().nbytes / (2 * FINGERS) < 8_000
