return {
  { on = "UpdateJobStatus", name = "n", because = "b", from = { "New", "Ready" }, to = "Ready", times = 2,
    when = function(job, request) return #request.reason > 3 and jobs.get(job.id) end,
    become = function(job) return job.status end, set = function(job) return { n = utf8.len("é"), l = job.data.n } end },
  { to = "Cancelled", refuse = { code = "Nope", http = 409, message = "no" }, set = { a = { 1, 2 } } },
  { refuse = errors.E15 },
}
