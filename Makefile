# Everything needs only Python 3.11 or newer with venv, and make.
PYTHON ?= python3
PORT ?= 8000
WORKERS ?= 1
BIN := .venv/bin
export SITE_URL ?= http://127.0.0.1:$(PORT)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run serve test test-browser mutants check format clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.venv/runtime: requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/development: requirements-dev.txt requirements-meaning.txt .venv/runtime
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-meaning.txt
	@touch $@

# A link is made only where nothing stands: of several that start at once, all read the key of the first.
var/secret-key:
	@mkdir -p var
	@umask 077 && $(PYTHON) -c "import secrets; print(secrets.token_urlsafe(50))" > $@.$$$$ \
		&& { ln $@.$$$$ $@ 2>/dev/null || test -s $@; }; rm -f $@.$$$$

setup: .venv/runtime var/secret-key ## install, migrate, make static files; demo content into an empty database
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py make_static
	@$(BIN)/python manage.py prepare_site

# SIGHUP takes new code without a failed request, and no new environment; SIGTERM lets what is running finish, for 30 s at most.
SERVER = $(BIN)/granian --interface wsgi --host 127.0.0.1 --port $(PORT) --workers $(WORKERS) \
	--blocking-threads 160 --http 1 --no-ws --backpressure 160 --respawn-failed-workers --workers-kill-timeout 30s \
	--log-level warning healthqa.wsgi:application

run: setup ## set everything up, with demo content, and serve the site (PORT=8000)
	@exec $(SERVER)

# Once a release, and not at each start: make compares the times of the sources.
var/static-made: $(shell find static) healthqa/settings.py healthqa/releases.py .venv/runtime var/secret-key
	@$(BIN)/python manage.py make_static
	@touch $@

serve: .venv/runtime var/secret-key var/static-made ## serve a site that holds its own content and is migrated (make setup)
	@$(BIN)/python -m healthqa.ready
	@exec $(SERVER)

# A test of threads, clocks or browsers can fail on a busy machine: what fails runs once more, and the end says which did.
PYTEST = $(BIN)/pytest -q -rfER --reruns 1

test: .venv/development ## set everything up and run all fast tests (SQLite, or the database DATABASE_URL names)
	@$(PYTEST) -n auto

test-browser: .venv/development ## run the tests that drive real browsers: Chromium, WebKit, Firefox
	@$(PYTEST) --reruns 2 -m browser

N ?= 20
SEED ?= 1
mutants: .venv/development ## say which small faults in MODULES="articles/… …" their tests notice (N=20 of each; SEED=1)
	@$(BIN)/python bench/mutants.py --number $(N) --seed $(SEED) $(MODULES)

check: .venv/development var/secret-key ## lint, imports, types, spelling, scripts, templates, migrations, deploy check, tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo --no-cache
	$(BIN)/mypy
	$(BIN)/typos
	$(BIN)/oxlint --quiet static/js
	$(BIN)/djade --check $$(git ls-files 'templates/*.html')
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/python manage.py makemigrations --check --dry-run
	SITE_URL=https://www.example.org $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(PYTEST) -n auto

format: .venv/development ## format code and templates
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	$(BIN)/djade $$(git ls-files 'templates/*.html')

clean: ## remove what setup made, except the database and the secret key
	rm -rf .venv var/static var/static-made .mypy_cache .pytest_cache .ruff_cache
