# Every target sets itself up; what is done already is skipped.
MAKEFLAGS += --no-print-directory
.PHONY: setup up down check test proof security lint bench docs site lock dist pythons

TENFOLD := .venv/bin/tenfold
PYTEST := .venv/bin/python -m pytest

setup:
	@scripts/setup.sh

# blueprints/shop.yaml at stage 3 on the local cloud: the real engine, simulated AWS, no account.
up: setup
	@$(TENFOLD) up blueprints/shop.yaml --env prod --stage 3 --local

down: setup
	@$(TENFOLD) destroy blueprints/shop.yaml --env prod --local

# Under a minute on two cores: lint, types of the files that differ from main, and the tests that tell of most one-line
# changes. No engine, no cloud. `make test` looks at the types of all: who uses a changed file, too.
QUICK := tests/structure tests/blueprints tests/stacks/test_stack_golden.py tests/components/test_registry.py \
	tests/recorder/test_author_rules.py tests/diff/test_diff_stories.py tests/docs/test_pages.py
TYPED := blueprints components stacks tenfold tests

check: setup
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@since=$$(git merge-base HEAD main 2>/dev/null || echo HEAD); \
	changed=$$({ git diff --name-only --diff-filter=d $$since -- $(TYPED); git ls-files -o --exclude-standard $(TYPED); } | grep '\.py$$'); \
	[ -z "$$changed" ] || .venv/bin/basedpyright --level error $$changed & types=$$!; \
	$(PYTEST) -n 0 $(QUICK); tests=$$?; wait $$types && exit $$tests

# The types beside the tests: alone they leave the second core idle for a minute.
test: setup
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@$(TENFOLD) engine install
	@.venv/bin/basedpyright --level error & types=$$!; $(PYTEST) -n 2 --dist worksteal; tests=$$?; wait $$types && exit $$tests

# What the suite looks at in part, in whole: every promotion of every example on the real
# engine. Its kills alone take 8 minutes on two cores, checkov 4.
proof: setup security site
	@scripts/browser.sh
	@$(TENFOLD) engine install --kubernetes
	@$(PYTEST) -n 2 --dist worksteal -m proof

# checkov over every example at every stage, in an environment of its own: it pins what tenfold needs newer.
security: setup
	@[ -x .venv/security/bin/checkov ] || { .venv/bin/python -m venv .venv/security && \
		VIRTUAL_ENV=.venv/security .venv/bin/uv pip install --quiet --require-hashes -r scripts/security/requirements.lock; }
	@.venv/bin/python -m scripts.security .venv/security/bin/checkov

lint: setup
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/basedpyright --level error

bench: setup
	@.venv/bin/python -m bench

# What is generated: the JSON Schema, a page for each problem code, the tables of the light recorder.
docs: setup
	@.venv/bin/python -m scripts.generate

# build/site: the pages as a site that needs no network, by mkdocs in an environment of its own. A dead link is an error.
site: setup
	@[ -x .venv/site/bin/mkdocs ] || { .venv/bin/python -m venv .venv/site && \
		VIRTUAL_ENV=.venv/site .venv/bin/uv pip install --quiet --require-hashes -r scripts/site/requirements.lock; }
	@.venv/bin/python -m scripts.site .venv/site/bin/mkdocs

# The quick tests with each Python that is on this machine.
pythons: setup
	@scripts/pythons.sh $(QUICK) tests/recorder

# dist/*.whl and dist/*.tar.gz, the same bytes from the same commit, whoever builds them and when.
dist: setup
	@rm -rf dist
	@SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) .venv/bin/python -m hatchling build

# Renew the lock after a change in pyproject.toml.
lock: setup
	@.venv/bin/uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-header --extra dev \
		pyproject.toml --constraint scripts/constraints.txt --output-file requirements.lock
