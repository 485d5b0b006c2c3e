# syntax=docker/dockerfile:1
# dotbridge in an image: wheels with hashes alone, no compiler, not root. What it does is the command: web, worker, beat.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/dotbridge
COPY requirements/distributed.txt /tmp/requirements.txt
RUN /opt/dotbridge/bin/pip install --require-hashes --only-binary :all: --requirement /tmp/requirements.txt
COPY requirements/build.txt /tmp/build.txt
RUN python -m venv /tmp/tools \
    && /tmp/tools/bin/pip install --require-hashes --only-binary :all: --requirement /tmp/build.txt
COPY pyproject.toml README.md LICENSE /src/
COPY src /src/src
RUN /tmp/tools/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /tmp/wheel /src \
    && /opt/dotbridge/bin/pip install --no-deps --no-index --find-links /tmp/wheel dotbridge

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/dotbridge --create-home dotbridge
COPY --from=build /opt/dotbridge /opt/dotbridge
ENV PATH=/opt/dotbridge/bin:$PATH PYTHONUNBUFFERED=1 DOTBRIDGE_DATA=/var/lib/dotbridge
USER 10001
VOLUME /var/lib/dotbridge
EXPOSE 8321
STOPSIGNAL SIGTERM
ENTRYPOINT ["dotbridge"]
CMD ["web", "--host", "0.0.0.0"]
