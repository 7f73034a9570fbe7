# Every target is a command of main.py, which sets up what is missing first.
PYTHON ?= python3

.PHONY: run test check tour screens bench bench-large faults soak

run:
	@$(PYTHON) main.py demo

test:
	@$(PYTHON) main.py test

check:
	@$(PYTHON) main.py check

tour:
	@$(PYTHON) main.py tour $(if $(FINGERS),--fingers "$(FINGERS)")

screens:
	@$(PYTHON) main.py screens

bench:
	@$(PYTHON) main.py bench $(if $(FINGERS),--fingers "$(FINGERS)")

bench-large:
	@$(PYTHON) main.py bench-large

faults:
	@$(PYTHON) main.py faults $(ROWS)

soak:
	@$(PYTHON) main.py soak $(if $(SECONDS),--seconds "$(SECONDS)")
