"""Setting up, starting, supervising and stopping the parts; the doors of ``main.py``."""
