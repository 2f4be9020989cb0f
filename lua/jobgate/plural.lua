--- "1 request", "2 requests".
---@param number integer
---@param what string one of them
---@return string
return function(number, what)
  return ("%d %s%s"):format(number, what, number == 1 and "" or "s")
end
