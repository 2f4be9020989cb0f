--- What a client submits with CreateJob, as fixtures have it, with every kind of
--- element that there is.

return {
  manifest = {
    Location = { ETag = '"15150651828fa9cdcb8356b6d1c7638b"', ObjectVersionId = "v1",
      ObjectArn = "qcs::cos:ap-chengdu::manifest-1250000000/m.csv" },
    Spec = { Format = "COSBatchOperations_CSV_V1", Fields = { "Bucket", "Key", "Ignore" } },
  },
  operation = {
    COSPutObjectCopy = {
      TargetResource = "qcs::cos:ap-chengdu::target-1250000000",
      AccessControlGrants = {
        { Grantee = { Identifier = "qcs::cam::uin/1:uin/2", TypeIdentifier = "ID" },
          Permission = "READ" },
        { Grantee = { Identifier = "qcs::cam::uin/1:uin/3", TypeIdentifier = "ID",
          DisplayName = "<&>" }, Permission = "FULL_CONTROL" },
      },
      PrefixReplace = "true", ResourcesPrefix = "", TargetKeyPrefix = "a/",
      ModifiedSinceConstraint = "2019-12-19T18:00:30Z",
      NewObjectMetadata = { ContentType = "text/plain",
        UserMetadata = { { Key = "x-cos-meta-a", Value = "1" } } },
      TaggingDirective = "Add", NewObjectTagging = { { Key = "k", Value = "" } },
      StorageClass = "STANDARD_IA",
    },
  },
  report = {
    Bucket = "qcs::cos:ap-chengdu::source-1250000000", Enabled = "true",
    Format = "Report_CSV_V1", Prefix = "", ReportScope = "FailedTasksOnly",
  },
}
