# Lotse: `make serve` installs and starts it, `make test` installs and tests it. `make help` lists the rest.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PORT   ?= 8000
# The second embedding backend; `make test TORCH=` leaves it out, and the tests that need it are skipped.
TORCH  ?= requirements-torch.lock

.PHONY: help serve install test lint format bench eval lock clean

help:
	@echo "make serve    install and start Lotse on http://localhost:$(PORT)/"
	@echo "make test     install everything and run the tests"
	@echo "make lint     style, types and the floors of the house"
	@echo "make eval     grade the golden questions"
	@echo "make bench    measure start-up, answers, index and memory"
	@echo "make lock     pin the dependencies anew"

serve: install
	$(BIN)/lotse serve --port $(PORT) --open

install: $(VENV)/.installed
$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(0 if sys.version_info >= (3, 11) else 'Lotse needs Python 3.11 or later; set PYTHON=python3.11')"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/.tested: $(VENV)/.installed requirements-dev.lock $(TORCH)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.lock $(addprefix --requirement ,$(TORCH))
	@touch $@

test: $(VENV)/.tested
	$(BIN)/python -m pytest

lint: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports
	$(BIN)/lotse kb lint

format: $(VENV)/.tested
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

eval: install
	$(BIN)/lotse index
	$(BIN)/lotse eval tests/evaluation/golden.jsonl

bench: $(VENV)/.tested
	$(BIN)/python -m benchmarks.run

lock: $(VENV)/.tested
	$(BIN)/python -m docs.lock

clean:
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .hypothesis
