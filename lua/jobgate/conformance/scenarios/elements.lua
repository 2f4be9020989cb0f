-- The containers of CreateJob (38607; 1.5): every element comes back as it was
-- submitted, and every bound is kept.

local submissions = require "jobgate.conformance.submissions"

local edited = submissions.edited
local ROWS = { Manifest = "E18", Operation = "E19", Report = "E20" }

--- What a container depends on that comes back whole (C17, C24).
local function depends(xml)
  return { xml:find "<Fields>" and "manifest_fields"
    or xml:find "Replaced</TaggingDirective>" and "tagging_directive" or nil }
end

--- DescribeJob shows the container as it was, in the order of the documents,
--- which `shown` has when it was submitted in another one.
local function returned(id, name, title, xml, shown)
  local inside = submissions.indented(shown or xml, 3)
  return { id = id, title = title, rows = { "1.5", ROWS[name] }, from = "documented",
    source = "38607", arrange = {}, depends = depends(xml),
    steps = {
      { request = submissions.request { [name] = xml }, expect = { status = 200 } },
      { request = { method = "GET", target = "/jobs/{1}" },
        expect = { status = 200, match = ("\n\t\t<%s>\n%s\t\t</%s>\n"):format(name,
          (inside:gsub("%p", "%%%0")), name) } },
    } }
end

local function refused(id, name, title, xml)
  return { id = id, title = title, rows = { ROWS[name], "1.5" }, from = "documented",
    source = "38607", arrange = {},
    request = submissions.request { [name] = xml },
    expect = { status = 400, code = "MalformedXML", row = ROWS[name], count = 0 } }
end

local function copy(before, behind)
  return ("<COSPutObjectCopy>%s<TargetResource>qcs::cos:ap-chengdu::b-1250000000</TargetResource>%s"
    .. "</COSPutObjectCopy>"):format(before, behind or "")
end

local function restore(days, tier)
  return "<COSInitiateRestoreObject>" .. (days and "<ExpirationInDays>" .. days
    .. "</ExpirationInDays>" or "") .. (tier and "<JobTier>" .. tier .. "</JobTier>" or "")
    .. "</COSInitiateRestoreObject>"
end

local function tagging(inside)
  return "<COSPutObjectTagging>" .. inside .. "</COSPutObjectTagging>"
end

local function tag(key, value)
  return ("<COSTag><Key>%s</Key><Value>%s</Value></COSTag>"):format(key, value)
end

local function grant(inside, permission)
  return "<AccessControlGrants><COSGrant><Grantee>" .. inside .. "</Grantee>" .. (permission
    and "<Permission>" .. permission .. "</Permission>" or "") .. "</COSGrant></AccessControlGrants>"
end

local IDENTIFIER = "<Identifier>qcs::cam::uin/100000000001:uin/100000000011</Identifier>"
local TYPE = "<TypeIdentifier>ID</TypeIdentifier>"
local METADATA = "<NewObjectMetadata><CacheControl>no-cache</CacheControl>"
  .. "<ContentDisposition>attachment</ContentDisposition><ContentEncoding>gzip</ContentEncoding>"
  .. "<ContentType>text/csv</ContentType><HttpExpiresDate>Wed, 21 Oct 2026 07:28:00 GMT"
  .. "</HttpExpiresDate><SSEAlgorithm>AES256</SSEAlgorithm><UserMetadata>"
  .. "<member><Key>x-cos-meta-a</Key><Value>1</Value></member>"
  .. "<member><Key>x-cos-meta-b</Key><Value/></member></UserMetadata></NewObjectMetadata>"
local TAGS = "<NewObjectTagging>" .. tag("k1", "v1") .. tag("k2", "a &amp; b") .. "</NewObjectTagging>"

-- Every element of COSPutObjectCopy, in the order of the table.
local FIRST = "<AccessControlDirective>Replaced</AccessControlDirective>"
  .. "<AccessControlGrants><COSGrant><Grantee><DisplayName>reader</DisplayName>" .. IDENTIFIER
  .. TYPE .. "</Grantee><Permission>READ</Permission></COSGrant><COSGrant><Grantee>" .. IDENTIFIER
  .. TYPE .. "</Grantee><Permission>FULL_CONTROL</Permission></COSGrant></AccessControlGrants>"
  .. "<PrefixReplace>true</PrefixReplace><ResourcesPrefix>from/</ResourcesPrefix>"
  .. "<TargetKeyPrefix>to/</TargetKeyPrefix>"
  .. "<CannedAccessControlList>public-read</CannedAccessControlList>"
  .. "<MetadataDirective>Add</MetadataDirective>"
  .. "<ModifiedSinceConstraint>2019-12-19T11:05:40Z</ModifiedSinceConstraint>"
  .. "<UnModifiedSinceConstraint>1576753540</UnModifiedSinceConstraint>"
  .. METADATA .. "<TaggingDirective>Replaced</TaggingDirective>" .. TAGS
  .. "<StorageClass>STANDARD_IA</StorageClass>"

local scenarios = {
  returned("manifest-sample", "Manifest", "the sample's manifest comes back",
    submissions.sample.Manifest),
  returned("manifest-version", "Manifest", "with a version and all four kinds of fields",
    "<Location><ETag>e</ETag><ObjectArn>qcs::cos:ap-chengdu:uid/1250000000:b-1250000000/m"
    .. "</ObjectArn><ObjectVersionId>v1</ObjectVersionId></Location><Spec><Fields>"
    .. "<member>Ignore</member><member>Bucket</member><member>Key</member>"
    .. "<member>VersionId</member></Fields><Format>COSBatchOperations_CSV_V1</Format></Spec>"),
  returned("manifest-inventory", "Manifest", "an inventory report needs no fields",
    "<Location><ETag>e</ETag><ObjectArn>a</ObjectArn></Location>"
    .. "<Spec><Format>COSInventoryReport_CSV_V1</Format></Spec>"),
  returned("manifest-order", "Manifest", "in the order of the documents",
    "<Spec><Format>COSInventoryReport_CSV_V1</Format></Spec>"
    .. "<Location><ObjectArn>a</ObjectArn><ETag>e</ETag></Location>",
    "<Location><ETag>e</ETag><ObjectArn>a</ObjectArn></Location>"
    .. "<Spec><Format>COSInventoryReport_CSV_V1</Format></Spec>"),
  returned("manifest-1024", "Manifest", "texts of 1024 bytes fit",
    "<Location><ETag>" .. ("e"):rep(1024) .. "</ETag><ObjectArn>" .. ("a"):rep(1024)
    .. "</ObjectArn><ObjectVersionId>" .. ("v"):rep(1024) .. "</ObjectVersionId></Location>"
    .. "<Spec><Format>COSInventoryReport_CSV_V1</Format></Spec>"),
  refused("manifest-fields", "Manifest", "COSBatchOperations_CSV_V1 needs Fields",
    (submissions.sample.Manifest:gsub("<Fields>.*</Fields>", ""))),
  refused("manifest-field", "Manifest", "Size is no field",
    edited("Manifest", "<member>Key", "<member>Size")),
  refused("manifest-format", "Manifest", "another Format is none",
    edited("Manifest", "COSBatchOperations_CSV_V1", "CSV")),
  refused("manifest-empty", "Manifest", "an empty manifest is none", ""),
  refused("manifest-spec", "Manifest", "a manifest needs its Spec",
    (submissions.sample.Manifest:gsub("<Spec>.*</Spec>", ""))),

  returned("copy-least", "Operation", "a copy needs its target only", copy ""),
  returned("copy-most", "Operation", "every element of a copy comes back", copy(FIRST)),
  returned("copy-order", "Operation", "in the order of the documents",
    copy("", "<StorageClass>STANDARD</StorageClass>"),
    copy "<StorageClass>STANDARD</StorageClass>"),
  returned("copy-empty-prefix", "Operation", "prefixes may be empty",
    copy "<PrefixReplace>true</PrefixReplace><ResourcesPrefix/><TargetKeyPrefix/>"),
  returned("copy-prefix-1024", "Operation", "and have 1024 bytes",
    copy("<PrefixReplace>true</PrefixReplace><ResourcesPrefix>" .. ("r"):rep(1024)
      .. "</ResourcesPrefix><TargetKeyPrefix>" .. ("t"):rep(1024) .. "</TargetKeyPrefix>")),
  returned("copy-private", "Operation", "CannedAccessControlList private",
    copy "<CannedAccessControlList>private</CannedAccessControlList>"),
  returned("copy-archive", "Operation", "StorageClass ARCHIVE, which the console offers",
    copy "<StorageClass>ARCHIVE</StorageClass>"),
  returned("copy-markup", "Operation", "markup comes back escaped",
    copy("<NewObjectMetadata><ContentType>a&lt;b&gt;&amp;&quot;c</ContentType></NewObjectMetadata>")),
  refused("copy-target", "Operation", "a copy needs its target",
    "<COSPutObjectCopy><StorageClass>STANDARD</StorageClass></COSPutObjectCopy>"),
  refused("copy-directive", "Operation", "AccessControlDirective is Copy, Replaced or Add",
    copy "<AccessControlDirective>Replace</AccessControlDirective>"),
  refused("copy-metadata", "Operation", "so is MetadataDirective",
    copy "<MetadataDirective>Replace</MetadataDirective>"),
  refused("copy-storage", "Operation", "StorageClass COLD is none",
    copy "<StorageClass>COLD</StorageClass>"),
  refused("copy-canned", "Operation", "public-read-write is no canned list",
    copy "<CannedAccessControlList>public-read-write</CannedAccessControlList>"),
  refused("copy-sse", "Operation", "SSEAlgorithm is AES256",
    copy "<NewObjectMetadata><SSEAlgorithm>KMS</SSEAlgorithm></NewObjectMetadata>"),
  refused("copy-since", "Operation", "a constraint is a time",
    copy "<ModifiedSinceConstraint>yesterday</ModifiedSinceConstraint>"),
  refused("copy-unsince", "Operation", "both are",
    copy "<UnModifiedSinceConstraint>2019-13-19T11:05:40Z</UnModifiedSinceConstraint>"),
  refused("copy-tags", "Operation", "tags that are replaced must be given",
    copy "<TaggingDirective>Replaced</TaggingDirective>"),
  refused("copy-tags-add", "Operation", "so must tags that are added",
    copy "<TaggingDirective>Add</TaggingDirective>"),
  returned("copy-tags-copy", "Operation", "copied ones need not",
    copy "<TaggingDirective>Copy</TaggingDirective>"),
  refused("copy-tag-key", "Operation", "a tag needs its key",
    copy "<NewObjectTagging><COSTag><Value>v</Value></COSTag></NewObjectTagging>"),
  refused("copy-prefix-1025", "Operation", "a prefix of 1025 bytes is too long",
    copy("<ResourcesPrefix>" .. ("r"):rep(1025) .. "</ResourcesPrefix>")),
  refused("grant-identifier", "Operation", "a grantee needs its Identifier",
    copy(grant(TYPE, "READ"))),
  refused("grant-type", "Operation", "and its TypeIdentifier", copy(grant(IDENTIFIER, "READ"))),
  refused("grant-other-type", "Operation", "which is ID",
    copy(grant(IDENTIFIER .. "<TypeIdentifier>Group</TypeIdentifier>", "READ"))),
  refused("grant-permission", "Operation", "a grant needs its Permission",
    copy(grant(IDENTIFIER .. TYPE))),
  refused("grant-other", "Operation", "which READ_ACP is not",
    copy(grant(IDENTIFIER .. TYPE, "READ_ACP"))),
  returned("grant-write", "Operation", "but WRITE is", copy(grant(IDENTIFIER .. TYPE, "WRITE"))),

  returned("restore", "Operation", "a restore comes back", restore("1", "Standard")),
  returned("restore-most", "Operation", "for 365 days at most", restore("365", "Bulk")),
  refused("restore-0", "Operation", "0 days are too few", restore("0", "Bulk")),
  refused("restore-366", "Operation", "366 are too many", restore("366", "Bulk")),
  refused("restore-word", "Operation", "ten is no number", restore("ten", "Bulk")),
  refused("restore-days", "Operation", "a restore needs its days", restore(nil, "Bulk")),
  refused("restore-tier", "Operation", "and its tier", restore "1"),
  refused("restore-expedited", "Operation", "which Expedited is not", restore("1", "Expedited")),

  returned("delete", "Operation", "a batch delete is an empty element", "<COSDeleteObject/>"),
  returned("delete-closed", "Operation", "however it was closed",
    "<COSDeleteObject></COSDeleteObject>", "<COSDeleteObject/>"),

  returned("tagging", "Operation", "tags come back",
    tagging("<TaggingDirective>Replaced</TaggingDirective><TagSet>" .. tag("k", "v")
      .. tag("e", "") .. "</TagSet>"),
    tagging("<TaggingDirective>Replaced</TaggingDirective><TagSet>" .. tag("k", "v")
      .. "<COSTag><Key>e</Key><Value/></COSTag></TagSet>")),
  returned("tagging-add", "Operation", "added ones too",
    tagging("<TaggingDirective>Add</TaggingDirective><TagSet>" .. tag("k", "v") .. "</TagSet>")),
  refused("tagging-set", "Operation", "COSPutObjectTagging needs its TagSet",
    tagging "<TaggingDirective>Replaced</TaggingDirective>"),
  refused("tagging-word", "Operation", "Delete is no TaggingDirective",
    tagging("<TaggingDirective>Delete</TaggingDirective><TagSet>" .. tag("k", "v") .. "</TagSet>")),

  returned("report-sample", "Report", "the sample's report comes back", submissions.sample.Report),
  returned("report-failed", "Report", "one of failed tasks, turned off, without a prefix",
    "<Bucket>b</Bucket><Enabled>false</Enabled><Format>Report_CSV_V1</Format>"
    .. "<ReportScope>FailedTasksOnly</ReportScope>"),
  returned("report-prefix", "Report", "an empty prefix stays empty",
    "<Bucket>b</Bucket><Enabled>true</Enabled><Format>Report_CSV_V1</Format><Prefix/>"
    .. "<ReportScope>AllTasks</ReportScope>"),
  returned("report-256", "Report", "a prefix of 256 bytes fits",
    edited("Report", "job-result", ("p"):rep(256))),
  refused("report-257", "Report", "one of 257 does not",
    edited("Report", "job-result", ("p"):rep(257))),
  refused("report-scope", "Report", "ReportScope is AllTasks or FailedTasksOnly",
    edited("Report", "AllTasks", "None")),
  refused("report-bucket", "Report", "a report needs its bucket",
    (submissions.sample.Report:gsub("<Bucket>.*</Bucket>", ""))),
  refused("report-enabled", "Report", "and Enabled",
    (submissions.sample.Report:gsub("<Enabled>.*</Enabled>", ""))),
}

--- Texts of the manifest that must have 1 to 1024 bytes.
for _, name in ipairs { "ETag", "ObjectArn" } do
  local pattern = ("<%s>.-</%s>"):format(name, name)
  for _, wrong in ipairs {
    { "none", "" }, { "empty", ("<%s/>"):format(name) },
    { "long", ("<%s>%s</%s>"):format(name, ("x"):rep(1025), name) },
  } do
    local id, text = table.unpack(wrong)
    table.insert(scenarios, refused(("manifest-%s-%s"):format(name, id), "Manifest",
      ("%s must have 1 to 1024 bytes (%s)"):format(name, id),
      (submissions.sample.Manifest:gsub(pattern, text))))
  end
end
table.insert(scenarios, refused("manifest-version-empty", "Manifest",
  "an empty ObjectVersionId is none",
  edited("Manifest", "</Location>", "<ObjectVersionId/></Location>")))

return scenarios
