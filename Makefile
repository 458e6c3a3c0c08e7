# Two commands matter: `make course` builds everything, `make test` proves it. `make help` lists the rest.
# Needs: GNU make, Python 3.11-3.13, a package registry. Everything built lies in .venv/ and _build/.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The first interpreter that really runs and has a supported version; `make PYTHON=/path/to/python course` overrides.
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do \
	"$$p" -c '$(SUPPORTED)' >/dev/null 2>&1 && { echo "$$p"; break; }; done)

VENV := .venv
PY := $(VENV)/bin/python
BUILD := _build
STAMPS := $(BUILD)/stamps
DEMO := $(BUILD)/demo

export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export TF_CPP_MIN_LOG_LEVEL := 3
export COURSE_ROOT := $(CURDIR)
# Two lessons or tests run at a time on two cores: BLAS threads would only get in each other's way.
export OPENBLAS_NUM_THREADS := 1
# Without byte code every TensorFlow kernel starts five seconds later.
unexport PYTHONDONTWRITEBYTECODE

# What each part depends on.
GRADER := $(shell find autograder -name '*.py' -o -path '*/templates/*' -type f 2>/dev/null)
KIT := $(shell find lessons/lessonkit -type f -not -name '*.pyc' 2>/dev/null)
LESSONS := $(sort $(wildcard lessons/*.ipynb))
SOURCES := $(sort $(wildcard exercises/source/*/*.ipynb))
CHECKS := $(wildcard exercises/checks/*/*.yml) $(wildcard exercises/checks/*/*.py) $(wildcard exercises/quizzes/*.yml) exercises/nbgrader_config.py
BUNDLES := $(wildcard autograder/bundles/*) $(wildcard exercises/release/*/*.ipynb)
PAGES := _config.yml _toc.yml $(shell find book -type f -not -name '*.pyc' 2>/dev/null)
TESTS := $(shell find tests -type f -not -name '*.pyc' 2>/dev/null)

LIVE := book/_tools/live.py $(wildcard book/live/*)

.PHONY: help course test differential venv exercises lessons live live-check book demo audit bank mutants nbval bench bottleneck sensitivity lint colab-check screenshots schema lock clean distclean

help: ## list the targets
	@echo "Sequence Models: from RNN to Seq2Seq"; echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

course: book demo ## environment, bundles, release notebooks, executed book, graded sample class
	@$(PY) .ci/where.py

test: lint $(STAMPS)/test-rooms $(STAMPS)/test-notebooks ## everything that proves the course
	@$(PY) .ci/where.py --tests

venv: $(STAMPS)/venv ## the environment in .venv, from the lock

$(STAMPS)/venv: requirements.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "No Python 3.11, 3.12 or 3.13 found. Install one, or say: make PYTHON=/path/to/python3.12 course"; exit 1; }
	@echo "== environment ($$($(PYTHON) --version), about three minutes the first time)"
	@$(PYTHON) -m venv $(VENV) || { echo "venv failed. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	$(PY) -m pip install --disable-pip-version-check -r requirements.txt
	$(PY) -m pip install --disable-pip-version-check --no-deps -e .
	@mkdir -p $(STAMPS) && touch $@

exercises: $(STAMPS)/exercises ## compiled bundles and release notebooks, from source, checks and quizzes

$(STAMPS)/exercises: $(STAMPS)/venv $(SOURCES) $(CHECKS) $(GRADER)
	@echo "== bundles and release notebooks"
	$(PY) -m autograder release
	$(PY) -m autograder compile
	@mkdir -p $(STAMPS) && touch $@

audit: $(BUILD)/audit.json ## grade the grader: mistakes caught and named, alternatives accepted

$(BUILD)/audit.json: $(STAMPS)/exercises
	@echo "== audit of the grader"
	$(PY) -m autograder audit --json $@ --keep $(BUILD)/audited

bank: $(BUILD)/bank.json ## grade the bank of answers that were written without a look at the checks

$(BUILD)/bank.json: $(BUILD)/audit.json $(wildcard tests/bank/*/*.py) tests/bank/judged.yml
	@echo "== bank of unseen answers"
	$(PY) -m autograder bank tests/bank --compiled $(BUILD)/audited --json $@

mutants: $(STAMPS)/venv ## change the grader itself, mutant by mutant: the share that its quick tests notice
	$(PY) tests/mutation/mutants.py --json $(BUILD)/mutants.json

lessons: $(STAMPS)/lessons ## execute the lessons, two at a time, into the build cache

$(STAMPS)/lessons: $(STAMPS)/venv $(LESSONS) $(KIT)
	@echo "== lessons"
	$(PY) .ci/execute_lessons.py
	@mkdir -p $(STAMPS) && touch $@

live: ## fetch and pack what runs Python on the pages of exercises and lessons (from PyPI and npm, by hash)
	@test -f $(BUILD)/live/site/manifest.json || rm -f $(STAMPS)/live
	@$(MAKE) --no-print-directory $(STAMPS)/live

# Without a registry this says so and goes on: the book can do without.
$(STAMPS)/live: $(STAMPS)/venv $(GRADER) $(LIVE)
	@echo "== engine of the exercise pages"
	$(PY) book/_tools/live.py
	@mkdir -p $(STAMPS) && touch $@

live-check: $(STAMPS)/book ## every NumPy exercise solved on its page, every case in both engines (make test takes a sample)
	COURSE_LIVE=all $(PY) -m pytest -n 2 --dist load tests/browser/test_live.py tests/browser/test_live_all.py tests/browser/test_live_pyodide.py tests/browser/test_try_it.py

book: $(STAMPS)/book ## the executed book at _build/html, warnings are errors

$(STAMPS)/book: $(STAMPS)/lessons $(STAMPS)/exercises $(STAMPS)/live $(BUILD)/audit.json $(BUILD)/bank.json $(PAGES)
	@echo "== book"
	$(VENV)/bin/jupyter-book build . --all -W --keep-going
	@mkdir -p $(STAMPS) && touch $@

demo: $(STAMPS)/demo ## grade the sample class, feedback and class report

# A course of its own, with the audit's cases where they lie, and its own elsewhere: it never touches an instructor's.
$(STAMPS)/demo: $(STAMPS)/exercises bench/sample_class.py
	@echo "== sample class"
	@rm -rf $(DEMO)
	$(PY) bench/sample_class.py --course $(DEMO) --compiled $(BUILD)/audited
	@touch $@

lint: $(STAMPS)/lint ## form and rules over code and notebooks; types and 100 columns in the two packages

$(STAMPS)/lint: $(STAMPS)/venv $(GRADER) $(KIT) $(LESSONS) $(SOURCES) $(CHECKS) $(TESTS) $(PAGES)
	@echo "== lint"
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check --select E501 --config 'lint.pycodestyle.max-line-length=100' autograder lessons/lessonkit
	$(VENV)/bin/mypy
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/test-rooms: $(STAMPS)/book $(STAMPS)/demo $(TESTS) $(BUNDLES)
	@echo "== tests"
	COURSE_AUDIT=$(BUILD)/audit.json COURSE_BANK=$(BUILD)/bank.json $(PY) -m pytest -n 2 --dist loadscope --no-loadscope-reorder
	@mkdir -p $(STAMPS) && touch $@

# The build has just executed every lesson, each failing cell fails it, and tests/lessons/test_executed.py compares what
# the notebooks store with that run. So `make test` has nbval run one lesson and every source; `make nbval`, all.
CHECKED := lessons/04_lstm_gates.ipynb $(SOURCES)
NBVAL := IPYTHONDIR=$(CURDIR)/$(BUILD)/ipython $(PY) -m pytest -n 2 --dist loadscope --nbval-lax --nbval-cell-timeout 900

# Two kernels must not wait for each other's history.
QUIET_KERNELS := $(BUILD)/ipython/profile_default/ipython_kernel_config.py
$(QUIET_KERNELS):
	@mkdir -p $(@D) && echo 'c.HistoryManager.enabled = False' > $@

$(STAMPS)/test-notebooks: $(STAMPS)/exercises $(QUIET_KERNELS) $(KIT) $(CHECKED)
	@echo "== notebooks"
# A kernel that cannot be reached within a minute (two may pick the same port) has run no cell, so its notebook is run
# once more; a cell that failed fails again, because nothing before it is run.
	$(NBVAL) $(CHECKED) || $(NBVAL) $(CHECKED) --last-failed --last-failed-no-failures none
	@mkdir -p $(STAMPS) && touch $@

nbval: $(STAMPS)/exercises $(QUIET_KERNELS) ## run every lesson and source with nbval, a second time
	$(NBVAL) $(LESSONS) $(SOURCES)

differential: $(STAMPS)/exercises ## run hundreds of messy notebooks in a kernel and through the grader, and compare
	$(PY) tests/differential/compare.py --json $(BUILD)/differential.json

bench: $(STAMPS)/exercises ## time grading against stock nbgrader, and lesson 05 against Keras' example; figures in _build/bench and bench/imdb.json
	@mkdir -p $(BUILD)/bench
	$(PY) bench/grading.py --json $(BUILD)/bench/grading.json
	$(PY) bench/imdb.py

# Ten minutes and more: not part of `make bench`. Lesson 10 shows what it writes, bench/bottleneck.json.
bottleneck: $(STAMPS)/venv ## train the copying networks of lessons 09 and 10 with more updates, and on one length more
	$(PY) bench/bottleneck.py

# Minutes a lesson, six times: not part of `make test`. `make sensitivity VARIED="01 05"` runs only those.
sensitivity: $(STAMPS)/venv ## run lessons with other rates, budgets and seeds, for the page of evidence
	$(PY) bench/sensitivity.py $(VARIED)

colab-check: $(STAMPS)/venv ## install and run under Colab's own package versions
	$(PY) tests/colab/colab_check.py

screenshots: $(STAMPS)/book $(STAMPS)/demo ## the pictures of the README
	$(PY) book/_tools/screenshots.py

schema: ## remake the schema of rubrics, for editors, from the loader's classes
	$(PY) -m autograder.author.rubric

lock: ## remake requirements.txt from pyproject.toml
	$(VENV)/bin/uv pip compile --universal --python-version 3.11 --all-extras --custom-compile-command "make lock" --upgrade pyproject.toml -o requirements.txt

clean: ## remove what was built, keep the environment
	rm -rf $(BUILD) .jupyter_cache

distclean: clean ## remove the environment as well
	rm -rf $(VENV)
