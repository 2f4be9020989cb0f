# A client in curl that cancels a job and tries again when the service is not
# available. jobgate run --clock manual -- sh examples/pipelines/cancel.sh
set -eu

api() { # method, path
  curl -sS --noproxy '*' -X "$1" -H 'x-cos-appid: 1250000000' "$JOBGATE_URL$2"
}
control() { # method, route, JSON
  curl -fsS --noproxy '*' -X "$1" -H 'Content-Type: application/json' \
    ${3:+-d "$3"} "$JOBGATE_CONTROL_URL/$2"
}
is() { # job, status
  api GET "/jobs/$1" | grep -q "<Status>$2</Status>"
}

control POST jobs '{"id": "a", "status": "Active"}'
control POST rules '{"job": "a", "to": "Cancelled", "refuse": "E23", "times": 1}'

for try in 1 2 3; do
  api POST '/jobs/a/status?requestedJobStatus=Cancelled' | grep -q ServiceUnavailable || break
done

is a Cancelling
control POST clock '{"until": {"id": "a", "status": "Cancelled"}}'
is a Cancelled
control GET 'verify?job=a&requested=Cancelled&times=2'
