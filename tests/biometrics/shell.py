"""`main.py fingerprint` as a person at a shell calls it, in this process."""

import argparse

from biometrics import cli


def fingerprint(*words: object) -> int:
    parser = argparse.ArgumentParser(prog="fingerprint")
    cli.add_arguments(parser)
    return cli.run(parser.parse_args([str(word) for word in words]))
