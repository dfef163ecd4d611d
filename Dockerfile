# One image for web, worker and beat; docker-compose.yml says which command each runs.
FROM python:3.13-slim AS build
COPY requirements/run.txt /tmp/requirements.txt
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check \
      --require-hashes --requirement /tmp/requirements.txt

FROM python:3.13-slim
RUN apt-get update \
 && apt-get install --yes --no-install-recommends \
      libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-croscore \
      fonts-morisawa-bizud-mincho fonts-ipamj-mincho fonts-noto-core fonts-noto-cjk gettext \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --create-home --home-dir /srv/portal portal \
 && install --directory --owner portal --group portal /srv/portal/data
COPY --from=build /opt/venv /opt/venv
WORKDIR /srv/portal/app
COPY . .

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PORTAL_DATA_DIR=/srv/portal/data

# Catalogues, byte code and static files belong to the image, not to the data folder.
ENV STATIC_ROOT=/srv/portal/static
RUN for po in locale/*/LC_MESSAGES/*.po locale_vendor/*/LC_MESSAGES/*.po; do \
      [ ! -f "$po" ] || msgfmt --check-format --output-file="${po%.po}.mo" "$po" || exit 1; \
    done \
 && PORTAL_DATA_DIR=/tmp/build python manage.py collectstatic --noinput --verbosity 0 \
 && rm -rf /tmp/build \
 && python -m compileall -q .

USER portal
VOLUME /srv/portal/data
EXPOSE 8000
ENTRYPOINT ["scripts/container"]
CMD ["web"]
