# syntax=docker/dockerfile:1
# The training container: its entry point is the worker, which takes one job from $AUTOML_LITE_JOBSPEC and ends.
#   docker build -f docker/worker.Dockerfile -t automl-lite-worker .

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
WORKDIR /src
# Dependencies first: this layer stays while only our own code changes.
COPY requirements/worker.lock requirements/
RUN /opt/venv/bin/pip install --quiet --only-binary :all: -r requirements/worker.lock
COPY src /opt/automl-lite
# The container may not write there: without compiled files each start would compile again.
RUN /opt/venv/bin/python -m compileall -q /opt/automl-lite

FROM python:3.13-slim
# libgomp1: the thread library of LightGBM and XGBoost.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home --shell /usr/sbin/nologin worker
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/automl-lite /opt/automl-lite
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/opt/automl-lite \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    AUTOML_LITE_DATA_DIR=/tmp/automl-lite
USER 10001
WORKDIR /tmp
ENTRYPOINT ["python", "-m", "automl_lite.worker"]
