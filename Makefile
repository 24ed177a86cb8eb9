# Everything is set up in .cache and nowhere else. STAGES="units ruff" runs only the stages named so.
PYTHON := .cache/venv/main/bin/python

.PHONY: help env check check-lint check-types check-units one test demo docs pictures bench emulators build manifest clean
help:
	@echo "make demo       the main job against emulated services: 3 accounts, 3 Regions"
	@echo "make check      lint, types and the unit tests of one Python: before each commit"
	@echo "make one        one test: make one TEST='tests/unit/lists -k range'"
	@echo "make test       lint, sanity, unit, integration and playbook tests"
	@echo "make docs       the documentation site, in dist/docs"
	@echo "make pictures   docs/images, of the page that a run of the demo's world leaves"
	@echo "make bench      the benchmarks"
	@echo "make emulators  the emulated AWS and ThreatStream, to try playbooks against"
	@echo "make build      the collection's tarball, in dist"
	@echo "make manifest   writes down what the tarball holds, after files came or went"

env:
	@tests/setup.sh main

check: env
	@$(MAKE) --no-print-directory --jobs 3 --output-sync=target check-lint check-types check-units

check-lint:
	@.cache/venv/main/bin/ruff check --quiet . && .cache/venv/main/bin/ruff format --check --quiet . && echo "ok lint"

check-types:
	@.cache/venv/main/bin/mypy

check-units:
	@HYPOTHESIS_PROFILE=brief $(PYTHON) -m pytest -q -n auto --dist worksteal tests/unit

one: env
	@$(PYTHON) -m pytest $(TEST)

test: env
	@PYTHONPATH=tests:emulators/src $(PYTHON) -m tooling.run $(STAGES)

demo: env
	@PYTHONPATH=tests:emulators/src $(PYTHON) tests/demo.py

docs: env
	@PATH="$(CURDIR)/.cache/venv/main/bin:$$PATH" bash docs/build.sh

pictures: env
	@PYTHONPATH=tests:emulators/src $(PYTHON) -m tooling.pictures

bench: env
	@set -e; for script in benchmarks/*.py; do echo "== $$script"; PYTHONPATH=tests:emulators/src $(PYTHON) "$$script"; done

emulators: env
	@PYTHONPATH=tests:emulators/src $(PYTHON) -m tooling.emulators

build: env
	@.cache/venv/main/bin/ansible-galaxy collection build --output-path dist --force

manifest: env
	@PYTHONPATH=tests:emulators/src $(PYTHON) -m tooling.manifest

clean:
	rm -rf .cache dist
