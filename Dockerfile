# The service in a container, as a user without rights, with one volume for all that it keeps.
#
#   docker build -t postal-tracker .
#   docker run -p 127.0.0.1:8000:8000 -v postal-data:/app/data -e POSTAL_SECRET_KEY=... postal-tracker
#
# Its root may be read-only (--read-only --tmpfs /tmp). Other commands: docker run ... postal-tracker --help
# The image's own digest (of its index for all kinds of processors), so that a build tomorrow is today's. A newer one:
#   docker build --build-arg BASE=python:3.11-slim-bookworm .
ARG BASE=python:3.11.16-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b

FROM ${BASE} AS build

ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_ROOT_USER_ACTION=ignore

WORKDIR /source
COPY requirements-build.txt ./
RUN pip install --require-hashes -r requirements-build.txt

COPY pyproject.toml README.md LICENSE ./
COPY adapters adapters
COPY labels labels
COPY postal_tracker postal_tracker
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /wheels .

FROM ${BASE}

ENV PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_ROOT_USER_ACTION=ignore

# The number is fixed, so that a volume's files keep their owner from one image to the next.
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /app --shell /usr/sbin/nologin postal

WORKDIR /app
COPY requirements.txt ./
RUN pip install --require-hashes -r requirements.txt

COPY --from=build /wheels /wheels
RUN pip install --no-deps --no-index /wheels/*.whl \
    && install -d -o postal -g postal -m 0750 data

# Its network is the container's own; https is done by the proxy before it (docs/operating.md).
ENV PYTHONDONTWRITEBYTECODE=1 \
    POSTAL_HOST=0.0.0.0 \
    POSTAL_PORT=8000 \
    POSTAL_PLAIN_HTTP=true

USER 10001:10001
VOLUME /app/data
EXPOSE 8000

HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD \
    ["python", "-c", "import os, httpx; httpx.get(f\"http://127.0.0.1:{os.environ['POSTAL_PORT']}/healthz\", trust_env=False).raise_for_status()"]

CMD ["postal-tracker", "serve"]
