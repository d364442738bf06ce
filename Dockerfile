# The API and the worker are one image: the command says which.
FROM python:3.11-slim AS build
RUN python -m venv /venv
COPY requirements.lock /tmp/requirements.lock
RUN /venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r /tmp/requirements.lock

FROM python:3.11-slim
RUN useradd --system --uid 10001 --no-create-home tixmo
COPY --from=build /venv /venv
WORKDIR /app
COPY pyproject.toml ./
COPY domain domain
COPY application application
COPY adapters adapters
COPY entrypoints entrypoints
COPY seeding seeding
RUN /venv/bin/python -m compileall -q domain application adapters entrypoints seeding
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 TIXMO_HOST=0.0.0.0 TIXMO_PORT=8000
USER tixmo
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=4s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=3)"]
# The shell form would make a shell the first process, which does not pass on SIGTERM.
ENTRYPOINT ["python", "-m", "entrypoints.cli.main"]
CMD ["serve"]
