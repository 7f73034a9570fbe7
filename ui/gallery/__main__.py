"""``python -m ui.gallery``: the same as ``main.py screens``, for whoever is inside already."""

import argparse
import sys

from ui.gallery import cli

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m ui.gallery")
    cli.add_arguments(parser)
    sys.exit(cli.run(parser.parse_args()))
