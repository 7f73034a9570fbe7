"""OpenCV's own threads would fight with those of the tests beside this one."""

import cv2
import pytest


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    cv2.setNumThreads(1)
