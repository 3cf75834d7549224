# A throwaway PostgreSQL cluster, spoken to over a unix socket that only its owner can reach. $1 is PostgreSQL's bin directory, $2 how many may connect.
# Prints "ready DIRECTORY" and lives until its standard input ends. The test process holds the other end of that pipe, so the
# cluster goes with it, however that process ends.
set -eu
umask 077
bin=$1

# What a killed shell left behind: stop its server, remove its directory.
for old in /tmp/pynomaly-pg.*; do
  [ -O "$old" ] && [ -f "$old/owner" ] || continue
  kill -0 "$(cat "$old/owner")" 2>/dev/null && continue
  "$bin/pg_ctl" stop -D "$old/data" -m immediate -s >/dev/null 2>&1 || true
  rm -rf "$old" || true # the suites of several projects begin together, and each may find it
done

dir=$(mktemp -d /tmp/pynomaly-pg.XXXXXX)
echo $$ > "$dir/owner.new"
mv "$dir/owner.new" "$dir/owner" # whole: another cluster that starts now must not read it half written, and take this one for left behind
cd "$dir"
trap 'exit 1' HUP INT TERM
trap '"$bin/pg_ctl" stop -D "$dir/data" -m immediate -s >/dev/null 2>&1 || true; cd /; rm -rf "$dir"' EXIT

"$bin/initdb" -D data -U postgres -A trust -E UTF8 --locale=C --no-sync >init.log 2>&1 || { cat init.log >&2; exit 1; }
"$bin/pg_ctl" start -D data -w -t 300 -s -l server.log -o "-c listen_addresses='' -c unix_socket_directories='$dir' \
  -c fsync=on -c synchronous_commit=on -c max_connections=$2 -c shared_buffers=64MB -c log_min_messages=warning" </dev/null >/dev/null 2>&1 \
  || { cat server.log >&2; exit 1; }

echo "ready $dir"
cat >/dev/null
