"""Known-answer tests of the PIN proof: ``main.py selftest [--vectors DIR]``.

figures.py   the figures of RFC 9380, RFC 9497, the CFRG draft and one login of ATMPIN-V01
answers.py   the checks, the same for those figures and for the complete files
command.py   reads the files, runs the checks, prints how many held
"""

from protocol.selftest.command import add_arguments, run

__all__ = ["add_arguments", "run"]
