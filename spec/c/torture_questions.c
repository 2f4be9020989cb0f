#include "torture.h"

#include "submission.h"

/* More than a buffer holds by itself, once it is encoded. */
#define LONG                                                                   \
    "%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20" \
    "%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20" \
    "%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20" \
    "%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20"

const char torture_policy[] =
    "local documented = require 'documented'\n"
    "local finished = { 'Complete', 'Failed' }\n"
    "local function is_first(job, request)\n"
    "  return job.id == 'first' and request.reason ~= '' and not job.data.n\n"
    "end\n"
    "local function is_paged(_, request)\n"
    "  return request.max_results < 1000\n"
    "end\n"
    "return {\n"
    "  { name = 'first', because = 'T2', from = 'New', to = 'Cancelled',\n"
    "    when = is_first, times = 3, become = 'Cancelled',\n"
    "    set = function(job, request)\n"
    "      return { n = jobs.count {}, why = request.reason,\n"
    "               cancelled = jobs.count { status = 'Cancelled' } }\n"
    "    end },\n"
    "  { name = 'own', from = finished, set = { seen = true },\n"
    "    refuse = { code = 'Own', http = 409, message = 'mine' } },\n"
    "  { name = 'bomb', from = 'Active', become = function()\n"
    "      return string.rep(string.rep('x', 1000), 2000)\n"
    "    end },\n"
    "  { name = 'resume', on = 'tick', from = 'Paused', after = 3, times = 2,\n"
    "    when = function(job) return jobs.highest {} ~= nil and\n"
    "      job.report.Prefix == 'p' end,\n"
    "    become = function() return 'Ready' end, progress = { failed = 1 },\n"
    "    set = function(_, request) return { resumed = request.time } end },\n"
    "  { name = 'quota', on = 'CreateJob', refuse = errors.TooManyJobs,\n"
    "    when = function() return jobs.count {} > 99 end },\n"
    "  { name = 'created', on = 'CreateJob', times = 1, become = 'Preparing',\n"
    "    set = function(job) return { etag = job.manifest.Location.ETag } "
    "end,\n"
    "    progress = function(job) return { total = job.priority } end },\n"
    "  { name = 'described', on = 'DescribeJob', from = 'Paused', times = 1,\n"
    "    set = { described = true } },\n"
    "  { name = 'listed', on = 'ListJobs', times = 2, when = is_paged },\n"
    "  { name = 'urgent', on = 'UpdateJobPriority', from = 'Paused',\n"
    "    set = function(job, request)\n"
    "      return { was = job.priority, is = request.priority } end },\n"
    "  { name = 'kept', on = 'DeleteJob', from = 'Active',\n"
    "    refuse = errors.StatusChangeError },\n"
    "  table.unpack(documented),\n"
    "}\n";

const char torture_jobs[] =
    "local list = {}\n"
    "for i, name in ipairs { 'first', 'second', 'third' } do\n"
    "  list[i] = { id = name, priority = i, description = 'a job' }\n"
    "end\n"
    "list[3].status = 'Suspended'\n"
    "list[4] = { id = 'bomb', status = 'Active' }\n"
    "list[5] = { id = 'last', status = 'Complete', data = { a = { 1 } } }\n"
    "list[6] = { id = 'paused', status = 'Paused', tasks_total = 9,\n"
    "  client_request_token = 'used', report = { Prefix = 'p' },\n"
    "  operation = { COSDeleteObject = {} } }\n"
    "return list\n";

const size_t torture_jobs_size = sizeof(torture_jobs) - 1;

/* What some of them need. */
static const struct question put_rule = {
    .method = "POST",
    .target = "/_jobgate/rules",
    .body = "{\"job\":\"last\",\"delay\":1,\"times\":1}"};
static const struct question put_policy = {
    .method = "PUT",
    .target = "/_jobgate/policy",
    .body = "{\"source\":\"return require 'documented'\"}"};
static const struct question snapshot = {.method = "POST",
                                         .target = "/_jobgate/snapshots",
                                         .body = "{\"name\":\"s\"}"};
static const struct question make_space = {
    .method = "POST", .target = "/_jobgate/spaces", .body = "{\"name\":\"a\"}"};

/* clang-format off */
struct question torture_questions[] = {
    {.name = "T2: a request that a Lua rule accepts",
     .method = "POST",
     .target = "/jobs/first/status?requestedJobStatus=Cancelled"
               "&statusUpdateReason=no+longer+needed"},
    {.name = "T2: a request that a rule as data accepts",
     .method = "POST",
     .target = "/jobs/second/status?requestedJobStatus=Cancelled"
               "&statusUpdateReason=x"},
    {.name = "T2: a request that a rule refuses, which keeps data",
     .method = "POST",
     .target = "/jobs/last/status?requestedJobStatus=Ready"},
    {.name = "T2: a request that builds the policy anew",
     .method = "POST",
     .target = "/jobs/first/status?requestedJobStatus=Cancelled"
               "&statusUpdateReason=x",
     .broken = true},
    {.name = "T2: POST jobs, one",
     .method = "POST",
     .target = "/_jobgate/jobs",
     .body = "{\"status\":\"Active\",\"data\":{\"a\":[1,{\"b\":2}]}}",
     .strict = true},
    {.name = "T2: POST jobs, three",
     .method = "POST",
     .target = "/_jobgate/jobs",
     .body = "[{\"id\":\"x\"},"
             "{\"id\":\"y\",\"appid\":\"2\",\"reason\":\"z\"},"
             "{\"creation_time\":\"2026-01-01T00:00:00Z\"}]",
     .strict = true},
    {.name = "T2: POST jobs, refused",
     .method = "POST",
     .target = "/_jobgate/jobs",
     .body = "[{\"id\":\"x\"},{\"id\":\"first\"}]"},
    {.name = "T2: PATCH jobs",
     .method = "PATCH",
     .target = "/_jobgate/jobs?id=first",
     .body = "{\"status\":\"Active\",\"reason\":\"r\",\"data\":{\"a\":1}}"},
    {.name = "T2: DELETE jobs",
     .method = "DELETE",
     .target = "/_jobgate/jobs?status=New"},
    {.name = "T2: GET jobs", .method = "GET", .target = "/_jobgate/jobs"},
    {.name = "T2: GET journal", .method = "GET", .target = "/_jobgate/journal"},
    {.name = "T2: GET journal, by fields",
     .method = "GET",
     .target = "/_jobgate/journal?job=a%FF&code=none&trace_id=x&fault=none"},
    {.name = "T2: DELETE journal",
     .method = "DELETE",
     .target = "/_jobgate/journal"},
    {.name = "T2: GET verify",
     .method = "GET",
     .target = "/_jobgate/verify?job=first&times=0&since=0"},
    {.name = "T2: POST verify, refused",
     .method = "POST",
     .target = "/_jobgate/verify",
     .body = "{\"job\":\"first\",\"http\":200,\"in_order\":[{},{\"reason\":"
             "\"x\"},{\"row\":\"E14\"}]}"},
    {.name = "T2: GET errors", .method = "GET", .target = "/_jobgate/errors"},
    {.name = "T2: GET health", .method = "GET", .target = "/_jobgate/health"},
    {.name = "T2: POST clock, nothing is due",
     .method = "POST",
     .target = "/_jobgate/clock",
     .body = "{\"set\":\"2025-12-31T00:00:00Z\"}"},
    {.name = "T2: POST clock, events fire",
     .method = "POST",
     .target = "/_jobgate/clock",
     .body = "{\"advance\":8}",
     .retried = true},
    {.name = "T2: POST clock, until",
     .method = "POST",
     .target = "/_jobgate/clock",
     .body = "{\"until\":{\"id\":\"paused\",\"status\":\"Ready\"}}",
     .retried = true},
    {.name = "T2: GET events",
     .method = "GET",
     .target = "/_jobgate/events",
     .eventful = true},
    {.name = "T2: GET readings",
     .method = "GET",
     .target = "/_jobgate/readings"},
    {.name = "T2: GET credentials",
     .method = "GET",
     .target = "/_jobgate/credentials"},
    {.name = "T2: PUT credentials",
     .method = "PUT",
     .target = "/_jobgate/credentials",
     .body = "{\"credentials\":[{\"secret_id\":\"a\",\"secret_key\":\"b\","
             "\"appid\":\"1\",\"operations\":[\"ListJobs\"],\"token\":\"t\","
             "\"expires\":\"2026-01-01T00:00:00Z\"}]}"},
    {.name = "T2: PUT credentials, refused",
     .method = "PUT",
     .target = "/_jobgate/credentials",
     .body = "{\"credentials\":[{\"secret_id\":\"a\",\"secret_key\":\"b\"},"
             "{\"secret_id\":\"a\",\"secret_key\":\"c\"}]}"},
    {.name = "T2: DELETE credentials",
     .method = "DELETE",
     .target = "/_jobgate/credentials",
     .guarded = true},
    {.name = "T2: refuse what is not signed",
     .method = "GET",
     .target = "/jobs",
     .guarded = true},
    {.name = "T2: refuse a wrong signature over much",
     .method = "GET",
     .target = "/jobs?q-sign-algorithm=sha1&q-ak=a&q-sign-time=0;9999999999"
               "&q-key-time=0;9999999999&q-header-list=&q-url-param-list=x"
               "&q-signature=0&x=" LONG LONG LONG LONG,
     .guarded = true},
    {.name = "T2: PATCH readings",
     .method = "PATCH",
     .target = "/_jobgate/readings",
     .body = "{\"finished_job\":\"no_such_job\",\"scheduler\":\"one_slot\"}"},
    {.name = "T2: PATCH readings, refused",
     .method = "PATCH",
     .target = "/_jobgate/readings",
     .body = "{\"finished_job\":\"no_such_job\",\"scheduler\":\"slow\"}"},
    {.name = "T2: POST jobs, with all that can be submitted",
     .method = "POST",
     .target = "/_jobgate/jobs",
     .body =
         "{\"id\":\"full\",\"status\":\"Failed\",\"role_arn\":\"r\","
         "\"client_request_token\":\"t-2\",\"manifest\":{\"Location\":{"
         "\"ETag\":\"e\",\"ObjectArn\":\"o\"},\"Spec\":{\"Format\":"
         "\"COSInventoryReport_CSV_V1\",\"Fields\":[\"Bucket\",\"Key\"]}},"
         "\"operation\":{\"COSInitiateRestoreObject\":{"
         "\"ExpirationInDays\":3,\"JobTier\":\"Bulk\"}},\"report\":{"
         "\"Bucket\":\"b\",\"Enabled\":true},\"failure_reasons\":[{"
         "\"FailureCode\":\"c\",\"FailureReason\":\"r\"},{\"FailureCode\":"
         "\"d\"}]}",
     .strict = true},
    {.name = "T2: PATCH jobs, a document",
     .method = "PATCH",
     .target = "/_jobgate/jobs?id=first",
     .body = "{\"manifest\":{\"Spec\":{\"Fields\":[\"Key\"]}}}"},
    {.name = "T2: CreateJob",
     .method = "POST",
     .target = "/jobs",
     .body = SUBMISSION,
     .again = "\"etag\":"},
    {.name = "T2: CreateJob, refused for what it lacks",
     .method = "POST",
     .target = "/jobs",
     .body = "<CreateJobRequest>" TOKEN OPERATION PRIORITY REPORT ROLE
             "<Manifest>" LOCATION "<Spec><Format>COSBatchOperations_CSV_V1"
             "</Format></Spec></Manifest></CreateJobRequest>"},
    {.name = "T2: CreateJob, refused for its token",
     .method = "POST",
     .target = "/jobs",
     .body = "<CreateJobRequest><ClientRequestToken>used"
             "</ClientRequestToken>" MANIFEST OPERATION PRIORITY REPORT ROLE
             "</CreateJobRequest>"},
    {.name = "T2: DescribeJob", .method = "GET", .target = "/jobs/paused"},
    {.name = "T2: ListJobs",
     .method = "GET",
     .target = "/jobs?maxResults=2&jobStatuses=New"},
    {.name = "T2: ListJobs, the next page",
     .method = "GET",
     .target = "/jobs?nextToken=first"},
    {.name = "T2: UpdateJobPriority",
     .method = "POST",
     .target = "/jobs/paused/priority?priority=9"},
    {.name = "T2: DeleteJob", .method = "DELETE", .target = "/jobs/first"},
    {.name = "T2: POST decide",
     .method = "POST",
     .target = "/_jobgate/decide",
     .body = "{\"job\":{\"id\":\"first\"},"
             "\"request\":{\"status\":\"Cancelled\",\"reason\":\"x\"}}"},
    {.name = "T2: PUT jobs, one that is there and one that is new",
     .method = "PUT",
     .target = "/_jobgate/jobs",
     .body = "[{\"id\":\"paused\",\"client_request_token\":\"used\","
             "\"data\":{\"a\":1}},{\"id\":\"new\"}]",
     .strict = true},
    {.name = "T2: PUT jobs, with a snapshot",
     .method = "PUT",
     .target = "/_jobgate/jobs",
     .body = "[{\"id\":\"first\",\"priority\":3},{\"id\":\"new\"}]",
     .first = &snapshot},
    {.name = "T2: POST rules, a fault",
     .method = "POST",
     .target = "/_jobgate/rules",
     .body = "{\"on\":\"DescribeJob\",\"drop\":\"before\",\"chance\":0.5,"
             "\"job\":[\"a\",\"b\"],\"times\":2,\"per\":\"all\"}"},
    {.name = "T2: POST rules, several",
     .method = "POST",
     .target = "/_jobgate/rules",
     .body = "[{\"to\":\"Ready\",\"refuse\":\"E15\"},{\"delay\":1}]"},
    {.name = "T2: POST rules, Lua",
     .method = "POST",
     .target = "/_jobgate/rules",
     .body = "{\"source\":\"return { on = 'DescribeJob', delay = 1, "
             "when = function(job) return job.id == 'last' end }\"}"},
    {.name = "T2: POST rules, refused",
     .method = "POST",
     .target = "/_jobgate/rules",
     .body = "[{\"to\":\"Ready\",\"refuse\":\"E15\"},{\"delay\":\"x\"}]"},
    {.name = "T2: DELETE rules",
     .method = "DELETE",
     .target = "/_jobgate/rules",
     .first = &put_rule},
    {.name = "T2: a request that a fault meets",
     .method = "GET",
     .target = "/jobs/last",
     .first = &put_rule},
    {.name = "T2: PUT policy",
     .method = "PUT",
     .target = "/_jobgate/policy",
     .body = "{\"source\":\"return { { on = 'tick', from = 'New', after = 5, "
             "become = 'Cancelled' }, table.unpack(require 'documented') }\"}",
     .first = &put_rule},
    {.name = "T2: PUT policy, refused",
     .method = "PUT",
     .target = "/_jobgate/policy",
     .body = "{\"source\":\"return {}\"}"},
    {.name = "T2: POST policy/undo",
     .method = "POST",
     .target = "/_jobgate/policy/undo",
     .first = &put_policy},
    {.name = "T2: POST snapshots",
     .method = "POST",
     .target = "/_jobgate/snapshots"},
    {.name = "T2: DELETE snapshots",
     .method = "DELETE",
     .target = "/_jobgate/snapshots?name=s",
     .first = &snapshot},
    {.name = "T2: POST restore",
     .method = "POST",
     .target = "/_jobgate/restore",
     .first = &snapshot,
     .eventful = true},
    {.name = "T2: a request after a snapshot",
     .method = "POST",
     .target = "/jobs/first/status?requestedJobStatus=Cancelled"
               "&statusUpdateReason=x",
     .first = &snapshot},
    {.name = "T2: DELETE jobs after a snapshot",
     .method = "DELETE",
     .target = "/_jobgate/jobs?status=New",
     .first = &snapshot},
    {.name = "T2: POST reset",
     .method = "POST",
     .target = "/_jobgate/reset",
     .first = &put_rule,
     .eventful = true},
    {.name = "T2: POST spaces",
     .method = "POST",
     .target = "/_jobgate/spaces",
     .body = "{\"name\":\"a\"}"},
    {.name = "T2: a space that is made by its first use",
     .method = "GET",
     .target = "/_space/a/jobs/first"},
    {.name = "T2: DELETE spaces",
     .method = "DELETE",
     .target = "/_jobgate/spaces?name=a",
     .first = &make_space},
    {.name = "T2: GET spaces",
     .method = "GET",
     .target = "/_jobgate/spaces",
     .first = &make_space},
    {.name = "T2: GET verify",
     .method = "GET",
     .target = "/_jobgate/verify?operation=UpdateJobStatus&at_least=1"},
    {.name = "T2: POST verify, refused",
     .method = "POST",
     .target = "/_jobgate/verify",
     .body = "{\"order\":[{\"job\":\"second\"},{\"job\":\"first\"}]}"},
    {.name = "T2: GET metrics", .method = "GET", .target = "/_jobgate/metrics", .measured = true},
    {.name = "T2: GET openapi.json",
     .method = "GET",
     .target = "/_jobgate/openapi.json",
     .stride = 97},
    {.name = "T2: GET rules", .method = "GET", .target = "/_jobgate/rules"},
    {.name = "T2: GET policy", .method = "GET", .target = "/_jobgate/policy"},
};
/* clang-format on */

const size_t torture_question_count =
    sizeof(torture_questions) / sizeof(torture_questions[0]);
