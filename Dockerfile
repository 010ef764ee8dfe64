# The product for servers: one image for web, worker, beat and migrations; what runs is said by docker-compose.yml.
# Python 3.11 is the version for which the locks are tested.
FROM python:3.11-slim-bookworm AS packages
WORKDIR /app
COPY requirements-server.txt ./
RUN python -m venv .venv \
 && .venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements-server.txt

FROM python:3.11-slim-bookworm
# Pango and HarfBuzz print the PDFs. LibreOffice turns office files into PDFs; build with --build-arg LIBREOFFICE=no to
# leave it out (about 400 MB): such files then stay downloads.
ARG LIBREOFFICE=yes
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpangoft2-1.0-0 libharfbuzz-subset0 \
 && if [ "$LIBREOFFICE" = yes ]; then \
      apt-get install -y --no-install-recommends libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui; \
    fi \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --create-home --shell /usr/sbin/nologin ctts \
 && install -d -o ctts -g ctts /app /var/lib/ctts /var/lib/ctts-audit /var/lib/ctts-backups
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 CTTS_STATE=/var/lib/ctts
WORKDIR /app
COPY --from=packages /app/.venv .venv
COPY . .
# Static files are collected and compressed once, here. The settings of this one line belong to no server: production
# refuses to load without all of them.
RUN env DATABASE_URL=postgres://nobody@nowhere/none MIGRATE_DATABASE_URL=postgres://nobody@nowhere/none \
        REDIS_URL=redis://nowhere EMAIL_URL=smtp://nowhere BASE_URL=https://nowhere.invalid ALLOWED_HOSTS=nowhere.invalid \
        MAIL_FROM=nobody@nowhere.invalid STORAGE_URL=file:///nowhere SECRET_KEY=for-this-line-only \
        DIPLOMA_KEY=/nowhere DIPLOMA_CERTIFICATE=/nowhere VAULT_KEY=nothing AUDIT_HEAD_DIR=/nowhere \
        python manage.py collectstatic --noinput --verbosity=0
ARG VERSION=development
ENV CTTS_VERSION=$VERSION
USER ctts
EXPOSE 8000
CMD ["gunicorn", "ctts.wsgi", "--config", "docker/gunicorn.conf.py"]
