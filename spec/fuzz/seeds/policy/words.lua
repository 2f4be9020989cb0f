local t = { 3, 1, 2, k = "v" }
table.sort(t, function(a, b) return a > b end)
local s = ("a-b-c"):gsub("%w", { a = "x" }):rep(3, ","):upper()
for w in s:gmatch("(%a)%-?()") do t[#t + 1] = w end
for k, v in pairs(t) do if next(t, k) == nil then t[k] = tostring(v) end end
return function(job, request)
  local n = job.data.n and #job.data.n or 0
  if request.reason:find("^OPS%-%d+") and jobs.count { status = "Active" } > n then
    return "Ready"
  end
  return nil, { code = "InvalidRequest", http = 400, message = ("%q %5.1f"):format(s, n) .. table.concat(t, ",", 1, 2) }
end
