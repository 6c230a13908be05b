#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# The endpoint that the QUIC interop runner starts: it reads the test case from the environment and asks the tool for it.
#   ROLE            client or server
#   TESTCASE        what is to be done; exit code 127 says that it cannot be
#   REQUESTS        client: the URLs, separated by blanks
#   SSLKEYLOGFILE   where the TLS secrets go
#   QLOGDIR         where qlogs go
#   PREFERRED       server: where clients shall go on in connectionmigration, other than the runner's server at 4443
#   WWW, DOWNLOADS, CERTS, PORT, QUOIN   for other places than /www, /downloads, /certs, 443 and the tool on the path
set -euo pipefail

www=${WWW:-/www} downloads=${DOWNLOADS:-/downloads} certs=${CERTS:-/certs} port=${PORT:-443} quoin=${QUOIN:-quoin}
role=${ROLE:-} testcase=${TESTCASE:-}
readonly unsupported=127

say() { printf '%s\n' "$*" >&2; }
give_up() { say "$role: the test case '$testcase' is not supported"; exit "$unsupported"; }

# Nobody is to change to another version but where that is asked for.
case $role:$testcase in
  *:v2) versions=v2,v1 ;;
  client:versionnegotiation) versions=0x1a2a3a4a,v1 ;;
  *) versions=v1 ;;
esac
case $testcase in
  http3) protocol=h3 ;;
  *) protocol=hq-interop ;;
esac
common=(--alpn "$protocol" --versions "$versions")
if [[ -n ${QLOGDIR:-} ]]; then common+=(--qlog "$QLOGDIR"); fi
# The tool reads SSLKEYLOGFILE itself.

# Our keys are read in the form of PKCS#8; openssl writes older ones in another.
private_key() {
  if grep -q 'BEGIN EC PRIVATE KEY' "$certs/priv.key"; then
    made=$(mktemp)
    openssl pkcs8 -topk8 -nocrypt -in "$certs/priv.key" -out "$made"
    echo "$made"
  else
    echo "$certs/priv.key"
  fi
}

serve() {
  # A handshake may have to be tried for long where a third of all datagrams is lost.
  local options=("${common[@]}" --handshake-timeout 60 --idle-timeout 60)
  case $testcase in
    handshake | transfer | http3 | multiconnect | ecn | resumption | v2 | versionnegotiation) ;;
    retry) options+=(--retry) ;;
    zerortt) options+=(--early-data) ;;
    chacha20) options+=(--ciphers chacha20) ;;
    connectionmigration) options+=(--preferred "${PREFERRED:-193.167.100.100:4443,[fd00:cafe:cafe:100::100]:4443}") ;;
    *) give_up ;;
  esac
  local key
  key=$(private_key)
  exec "$quoin" serve "$www" --listen "[::]:$port" --cert "$certs/cert.pem" --key "$key" "${options[@]}"
}

# fetch OPTIONS URL...: over one connection.
fetch() {
  local trust=(--insecure)
  if [[ -f $certs/ca.pem ]]; then trust=(--ca "$certs/ca.pem"); fi
  # Where much is lost, a server's timer backs off for longer than it waits for a silent client.
  "$quoin" get --output-dir "$downloads" --no-progress --timeout 60 --keep-alive 4 "${trust[@]}" "${common[@]}" "$@"
}

# The first file over one connection, the others over a second that resumes its session.
come_again() {
  local sessions status=0
  sessions=$(mktemp -d)
  { fetch --session-file "$sessions/kept" "${options[@]}" "${urls[0]}" &&
    fetch --session-file "$sessions/kept" "${options[@]}" "${urls[@]:1}"; } || status=$?
  rm -rf "$sessions"
  return "$status"
}

ask() {
  local urls options=() connections=one url
  # What cannot be done is said first: nobody needs to ask for a file to hear it.
  case $testcase in
    handshake | transfer | http3 | retry | ecn | versionnegotiation) ;;
    chacha20) options=(--ciphers chacha20) ;;
    keyupdate) options=(--key-update) ;;
    v2) options=(--first-version v1) ;;
    multiconnect) connections=each ;;
    resumption) connections=two ;;
    zerortt) connections=two options=(--early-data) ;;
    *) give_up ;;
  esac
  read -ra urls <<< "${REQUESTS:-}"
  if [[ ${#urls[@]} == 0 ]]; then say "client: REQUESTS names no URL"; exit 1; fi
  case $connections in
    one) fetch "${options[@]}" "${urls[@]}" ;;
    two) come_again ;;
    each) for url in "${urls[@]}"; do fetch "$url" || return; done ;;
  esac
}

case $role in
  server) serve ;;
  client) ask ;;
  *) say "ROLE is '$role'; it must be client or server"; exit 1 ;;
esac
