#!/bin/sh
# What docker-entrypoint.sh of the real image does, as far as the tests look: as root, give the data to the user postgres
# and become it; in an empty directory, make a database with the password, user and name that the environment tells.
set -eu
PATH=$(echo /usr/lib/postgresql/*/bin):$PATH

if [ "${1:-}" = postgres ] && [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA"
    chown -R postgres "$PGDATA" /var/run/postgresql
    chmod 700 "$PGDATA"
    exec setpriv --reuid=70 --regid=70 --clear-groups "$0" "$@"
fi

if [ "${1:-}" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
    password=${POSTGRES_PASSWORD:-$(cat "${POSTGRES_PASSWORD_FILE:-/dev/null}")}
    [ -n "$password" ] || { echo "Error: Database is uninitialized and superuser password is not specified." >&2; exit 1; }
    echo "$password" > /tmp/password
    initdb --username="${POSTGRES_USER:-postgres}" --pwfile=/tmp/password --auth-host=scram-sha-256 --locale=C --no-sync
    rm /tmp/password
    echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
    if [ -n "${POSTGRES_DB:-}" ]; then
        echo "CREATE DATABASE $POSTGRES_DB" | postgres --single -jE postgres
    fi
fi

[ "${1:-}" != postgres ] || set -- "$@" -c listen_addresses='*' -c jit=off
exec "$@"
