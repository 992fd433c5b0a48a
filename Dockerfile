# syntax=docker/dockerfile:1

ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
WORKDIR /src
COPY requirements.txt ./
RUN python -m venv /opt/composestack \
    && /opt/composestack/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY operator operator
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /dist . \
    && /opt/composestack/bin/pip install --no-cache-dir --no-deps /dist/*.whl \
    && /opt/composestack/bin/pip uninstall --yes pip

FROM python:${PYTHON}-slim
LABEL org.opencontainers.image.title="ComposeStack" \
      org.opencontainers.image.description="A Kubernetes operator that runs Docker Compose applications" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/composestack /opt/composestack
# The root file system may be read-only: byte code was compiled when the wheels were installed.
ENV PATH=/opt/composestack/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 65532:65532
WORKDIR /tmp
EXPOSE 8080
ENTRYPOINT ["composestack"]
CMD ["run"]
