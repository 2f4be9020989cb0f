# sign -- the Authorization header of a request to COS, in shell, for curl.
#
#   sign SECRET_ID SECRET_KEY METHOD HOST PATH QUERY
#
# HOST as it is sent, with its port. PATH decoded. QUERY as in the URL, blanks as
# %20. The signature is good for ten minutes and covers the host and all
# parameters. openssl shows the key to whoever lists processes: for the keys of
# a test double only.

sign() (
  digest() { openssl dgst -sha1 -r "$@" | cut -d ' ' -f 1; }
  now=${SIGN_TIME:-$(date +%s)}
  time="$now;$((now + 600))"
  pairs=$(printf %s "$6" | tr '&' '\n' |
    awk -F = '{ print tolower($1) "=" substr($0, length($1) + 2) }' |
    LC_ALL=C sort -t = -k 1,1)
  names=$(printf '%s\n' "$pairs" | sed 's/=.*//' | paste -s -d ';' -)
  sum=$(printf '%s\n' "$(printf %s "$3" | tr '[:upper:]' '[:lower:]')" "$5" \
    "$(printf '%s\n' "$pairs" | paste -s -d '&' -)" \
    "host=$(printf %s "$4" | sed 's/:/%3A/')" | digest)
  key=$(printf %s "$time" | digest -hmac "$2")
  signature=$(printf '%s\n' sha1 "$time" "$sum" | digest -hmac "$key")
  printf 'Authorization: q-sign-algorithm=sha1&q-ak=%s&q-sign-time=%s&q-key-time=%s&' \
    "$1" "$time" "$time"
  printf 'q-header-list=host&q-url-param-list=%s&q-signature=%s\n' \
    "$names" "$signature"
)
