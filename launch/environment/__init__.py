"""What the machine must have, and the project's own ``.venv``. Standard library only."""
