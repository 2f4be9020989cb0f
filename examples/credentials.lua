-- Keys for `jobgate serve --credentials`: whose signatures are accepted, and
-- what each key may do. They open nothing but a test double.

return {
  -- May do everything, as any account.
  { secret_id = "AKIDexample", secret_key = "example-key" },

  -- May look, and does so as one account.
  { secret_id = "AKIDreader", secret_key = "reader-key", appid = "1250000000",
    operations = { "ListJobs", "DescribeJob" } },

  -- A temporary key: its token comes along as x-cos-security-token.
  { secret_id = "AKIDguest", secret_key = "guest-key", token = "guest-token",
    expires = "2038-01-01T00:00:00Z" },
}
