"""Presentation attack detection by software alone, on what pictures allow (ISO/IEC 30107-3).

`signs` measures, `check` judges, `attacks` makes synthetic attacks to measure the judgement on.
None of it sees life: docs/liveness.md says what was measured, and that it is off by default.
"""

from biometrics.presentation.check import PresentationCheck, Suspicion

__all__ = ["PresentationCheck", "Suspicion"]
