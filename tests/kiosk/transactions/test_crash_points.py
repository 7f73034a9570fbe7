import subprocess
import sys

import pytest

from kiosk.transactions.crash import CrashHooksRefused, from_environment


def test_production_refuses_crash_points(tmp_path):
    with pytest.raises(CrashHooksRefused, match="for tests"):
        from_environment({"KIOSK_CRASH_AT": "S5"}, tmp_path, test_configuration=False)
    assert from_environment({}, tmp_path, test_configuration=False).armed is None


@pytest.mark.parametrize("text", ["S18", "S5,", "D11", "s5", "S5;S6"])
def test_a_point_that_does_not_exist_is_refused(tmp_path, text):
    with pytest.raises(CrashHooksRefused, match="S0 to S17"):
        from_environment({"KIOSK_CRASH_AT": text}, tmp_path, test_configuration=True)


def test_a_list_is_one_point_a_start(tmp_path):
    armed = [
        from_environment({"KIOSK_CRASH_AT": "S5,S15"}, tmp_path, test_configuration=True).armed
        for _ in range(3)
    ]
    assert armed == ["S5", "S15", None]


def test_a_point_kills_without_cleaning_up():
    program = (
        "from kiosk.transactions.crash import CrashPoints\n"
        "print('before', flush=True)\n"
        "try:\n"
        "    CrashPoints('S5').at('S4'); CrashPoints('S5').at('S5')\n"
        "finally:\n"
        "    print('after', flush=True)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode < 0
    assert done.stdout == "before\n"
