# One image; docker-compose.yml starts it as web server, worker, clock and migration.
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 \
    PLUMBLINE_DATA_DIR=/srv/plumbline/data

WORKDIR /srv/plumbline

# What sets reports as PDF, and the fonts that they are set in.
RUN apt-get update -qq \
    && apt-get install -qq -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*

COPY requirements/base.txt requirements/base.txt
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/base.txt

COPY . .

# The key exists for this one command; at run time it comes from the environment.
RUN PLUMBLINE_SECRET_KEY=unused-while-building python manage.py collectstatic --no-input --verbosity 0 \
    && python -m compileall -q . \
    && useradd --system --home-dir /srv/plumbline --shell /usr/sbin/nologin plumbline \
    && mkdir -p "$PLUMBLINE_DATA_DIR/files" \
    && chown -R plumbline: "$PLUMBLINE_DATA_DIR"

USER plumbline
EXPOSE 8000

CMD ["python", "manage.py", "serve", "--host", "0.0.0.0"]
