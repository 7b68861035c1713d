# `make help` lists the targets. Needs Python 3.11 or newer; everything else is set up here.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := help

PNPM := npx --yes pnpm@10.34.9
WEB := src/automl_lite/server/web
WEB_SOURCES := $(shell find frontend/src frontend/scripts frontend/ort frontend/*.json frontend/*.ts frontend/*.mjs -type f -not -name '*.test.*' 2>/dev/null)

.PHONY: help setup run web web-test wheel screenshots e2e e2e-quick test lint format bench-serving bench-latency bench-ingest bench-cold bench-quality bench-stages bench-ray openapi lock \
	emulator test-aws lambda-zip checkov

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  %-16s %s\n", $$1, $$2}'

setup: $(VENV)/.ready ## Create .venv with every locked dependency

$(VENV)/.ready: pyproject.toml requirements/dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python -r requirements/dev.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

run: setup web ## Set everything up, build the web app and start it at http://127.0.0.1:8000, with sample tables to try
	$(BIN)/automl-lite serve --log-format text

lint: setup ## ruff, mypy, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup ## Rewrite files to the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: setup emulator lint web-test e2e-quick ## Run every check and test, ending with those of Python and their coverage
	$(BIN)/pytest -n 2 --dist loadgroup --cov --cov-report=term

frontend/node_modules/.ready: frontend/package.json frontend/pnpm-lock.yaml
	@command -v npx >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || { \
	  echo "The web app is built with Node 20 or newer, and there is none here: https://nodejs.org."; \
	  echo "Without it the API works alone: make setup, then .venv/bin/automl-lite serve."; exit 1; }
	cd frontend && $(PNPM) install --frozen-lockfile --reporter=append-only
	@touch $@

$(WEB)/index.html: frontend/node_modules/.ready $(WEB_SOURCES)
	cd frontend && $(PNPM) run build:static

web: $(WEB)/index.html ## Build the web app into the Python package (Node 20 or newer)

web-test: frontend/node_modules/.ready ## Lint, types and unit tests of the web app; its types fit the API
	cd frontend && $(PNPM) run lint && $(PNPM) run test

e2e-quick: setup web ## One journey and the rules of every page in a browser, skipped in plain sight where there is none
	cd frontend && $(PNPM) run sizes && $(PNPM) run e2e:quick

e2e: setup web ## Run the browser tests over the real platform (Chromium)
	cd frontend && $(PNPM) run sizes && $(PNPM) run e2e

screenshots: setup web ## Take pictures of every page into frontend/screenshots
	cd frontend && $(PNPM) run screenshots

wheel: setup web ## Build dist/*.whl with the web app inside
	rm -rf dist
	$(BIN)/uv build --quiet --wheel --out-dir dist
	@$(BIN)/python -m zipfile -l dist/*.whl | grep -q 'automl_lite/server/web/index.html' || { echo "The web app is missing from the wheel"; exit 1; }
	@ls -l dist/*.whl

bench-serving: setup ## Requests a second and latencies of predictions beside /health (about two minutes)
	$(BIN)/python -m benchmarks.serving

bench-latency: setup ## One row through the ONNX file beside the pickle of the same model (about four minutes)
	$(BIN)/python -m benchmarks.latency

bench-ingest: setup ## Time and memory of reading a large file beside what DuckDB alone needs (about five minutes)
	$(BIN)/python -m benchmarks.ingest

bench-cold: setup ## Import and first prediction of a Lambda function in fresh processes (about a minute)
	$(BIN)/python -m benchmarks.lambda_cold

bench-quality: setup ## Our engine beside LightGBM, CatBoost, a forest and FLAML on the three sample tables (about six minutes)
	$(BIN)/python -m benchmarks.quality run --budgets 20

bench-stages: setup ## Where the time of a run goes, and when its first model could be used (about four minutes)
	$(BIN)/python -m benchmarks.stages

bench-batch: setup ## Memory and speed of scoring large files beside onnxruntime alone (about ten minutes)
	$(BIN)/python -m benchmarks.batch

bench-batch-kills: setup ## Kill the worker of a large batch ten times and compare its files (about five minutes)
	$(BIN)/python -m benchmarks.batch_kills

bench-ray: setup ## One Ray node of one CPU beside two, the model files compared byte for byte (about six minutes)
	$(BIN)/python -m benchmarks.ray_scaling

bench-monitoring: setup ## False alarms, accuracy without labels and fair duels, over many repetitions (about ten minutes)
	$(BIN)/python -m benchmarks.monitoring

openapi: setup ## Write frontend/openapi.json, which the web app's types are made of
	$(BIN)/python -m automl_lite.server.openapi frontend/openapi.json

VENV_AWS := .venv-aws

$(VENV_AWS)/.ready: requirements/emulator.lock | setup
	$(PYTHON) -m venv $(VENV_AWS)
	$(BIN)/uv pip install --quiet --python $(VENV_AWS)/bin/python -r requirements/emulator.lock
	@touch $@

emulator: $(VENV_AWS)/.ready ## Install the AWS emulator into an environment of its own

test-aws: setup emulator ## The whole AWS deployment on an emulator of this machine: apply, walk the journey, destroy
	$(BIN)/pytest -n 0 -rs tests/aws

checkov: ## Look for insecure settings in the Terraform files (installs checkov into an environment of its own)
	@test -x .venv-checkov/bin/checkov || { $(PYTHON) -m venv .venv-checkov && .venv-checkov/bin/pip install --quiet checkov==3.3.30; }
	.venv-checkov/bin/checkov --config-file infrastructure/terraform/.checkov.yaml

lambda-zip: setup ## Build the zip and the layer of the Lambda functions, the same bytes each time (ARCH, PYTHON_VERSION)
	$(BIN)/python infrastructure/lambda/build.py --arch $(or $(ARCH),arm64) --python-version $(or $(PYTHON_VERSION),3.13)

lock: setup ## Resolve requirements/*.lock again (versions only)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-annotate --no-header pyproject.toml -o requirements/base.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-annotate --no-header pyproject.toml --extra train -o requirements/train.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-annotate --no-header pyproject.toml --extra server -o requirements/server.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-annotate --no-header pyproject.toml --extra train --extra server --extra aws -o requirements/worker.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-annotate --no-header pyproject.toml --extra train --extra server --extra aws --extra oidc --extra postgres --extra ray --group dev -o requirements/dev.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-annotate --no-header requirements/emulator.in -o requirements/emulator.lock
