--- Bodies of CreateJob: the job of the documents' samples, with other elements
--- where a scenario wants them.

local ORDER = {
  "ClientRequestToken", "ConfirmationRequired", "Description", "Manifest", "Operation", "Priority",
  "Report", "RoleArn",
}

local SAMPLE = {
  ClientRequestToken = "4a3f9bd2-6a6b-4a1c-9e0a-5e0d3d3c2b1a",
  ConfirmationRequired = "false",
  Description = "example-job",
  Manifest = "<Location><ETag>&quot;15150651828fa9cdcb8356b6d1c7638b&quot;</ETag>"
    .. "<ObjectArn>qcs::cos:ap-chengdu::sourcebucket-1250000000/manifests/batch-copy-manifest.csv"
    .. "</ObjectArn></Location>"
    .. "<Spec><Fields><member>Bucket</member><member>Key</member></Fields>"
    .. "<Format>COSBatchOperations_CSV_V1</Format></Spec>",
  Operation = "<COSPutObjectCopy><TargetResource>"
    .. "qcs::cos:ap-chengdu::destinationbucket-1250000000</TargetResource></COSPutObjectCopy>",
  Priority = "10",
  Report = "<Bucket>qcs::cos:ap-chengdu::sourcebucket-1250000000</Bucket><Enabled>true</Enabled>"
    .. "<Format>Report_CSV_V1</Format><Prefix>job-result</Prefix>"
    .. "<ReportScope>AllTasks</ReportScope>",
  RoleArn = "qcs::cam::uin/100000000001:roleName/COS_Batch_QcsRole",
}

--- What is in an element of the sample, with each `from` in it replaced: XML.
---@param name string
---@param from string
---@param to string
---@return string
local function edited(name, from, to)
  local first, last = SAMPLE[name]:find(from, 1, true)
  return SAMPLE[name]:sub(1, first - 1) .. to .. SAMPLE[name]:sub(last + 1)
end

--- A body, with other contents (XML) of the elements that are named; false
--- leaves one out.
---@param contents table<string, string|false>|nil
---@return string
local function body(contents)
  local pieces = {}
  for _, name in ipairs(ORDER) do
    local inside = contents and contents[name]
    if inside == nil then
      inside = SAMPLE[name]
    end
    if inside then
      table.insert(pieces, ("<%s>%s</%s>"):format(name, inside, name))
    end
  end
  return "<CreateJobRequest>" .. table.concat(pieces) .. "</CreateJobRequest>"
end

--- The request that submits it.
---@param contents table<string, string|false>|nil
---@return table
local function request(contents)
  return { target = "/jobs", body = body(contents) }
end

--- XML without blanks between its elements, `depth` levels in, as answers have
--- it: one TAB per level, LF between lines.
---@param xml string
---@param depth integer
---@return string
local function indented(xml, depth)
  local lines = {}
  local function line(text)
    table.insert(lines, ("\t"):rep(depth) .. text .. "\n")
  end
  local at = 1
  while at <= #xml do
    local name, text, after = xml:match("^<(%w+)>([^<]*)</%1>()", at)
    if name then
      line(text == "" and "<" .. name .. "/>" or ("<%s>%s</%s>"):format(name, text, name))
    else
      local tag
      tag, after = xml:match("^(</?%w+/?>)()", at)
      depth = tag:find "^</" and depth - 1 or depth
      line(tag)
      depth = tag:find "^<%w+>$" and depth + 1 or depth
    end
    at = after
  end
  return table.concat(lines)
end

return {
  names = ORDER, sample = SAMPLE,
  body = body, request = request, edited = edited, indented = indented,
}
