-- What signs requests: its hash against the vectors of its RFCs, and
-- jobgate.sign against those of section 5.4 of the reference, with every value
-- that is printed there. What checks signatures has no part in it.

local core = require "jobgate.core"
local sign = require "jobgate.sign"

describe("SHA-1", function()
  local sums = {
    { "nothing", "", "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
    { "abc", "abc", "a9993e364706816aba3e25717850c26c9cd0d89d" },
    { "56 bytes, whose padding takes a block more",
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "84983e441c3bd26ebaae4aa1f95129e5e54670f1" },
    { "640 bytes, ten blocks", ("01234567"):rep(80), "dea356a2cddd90c7a7ecedc5ebb563934f460452" },
    { "a million bytes", ("a"):rep(1000000), "34aa973cd4c4daa4f61eeb2bdbad27316534016f" },
  }
  for _, case in ipairs(sums) do
    it("of " .. case[1], function()
      assert.equal(case[3], core.sha1(case[2]))
    end)
  end

  -- RFC 2202.
  local codes = {
    { "a key of 20 bytes", ("\x0b"):rep(20), "Hi There",
      "b617318655057264e28bc0b6fb378c8ef146be00" },
    { "a short key", "Jefe", "what do ya want for nothing?",
      "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79" },
    { "a key longer than a block", ("\xaa"):rep(80),
      "Test Using Larger Than Block-Size Key - Hash Key First",
      "aa4ae5e15272d00e95705637ce8a3b55ed402112" },
  }
  for _, case in ipairs(codes) do
    it("as a code under " .. case[1], function()
      assert.equal(case[4], core.hmac(case[2], case[3]))
    end)
  end
end)

-- The published example pair of 7778.
local ID, KEY = "AKIDQjz3ltompVjBni5LitkWHFlFpwkn9U5q", "BQYIM75p8x0iWVFSIgqEKwFprpRSVHlz"
local TIME, SIGN_KEY = "1557989151;1557996351", "eb2519b498b02ac213cb1f3d1a3d27a3b3c9bc5f"
local BUCKET = { "Host", "examplebucket-1250000000.cos.ap-beijing.myqcloud.com" }
local DATE = { "Date", "Thu, 16 May 2019 06:45:51 GMT" }

--- The headers of V4 to V7, and those behind them.
local function batch(...)
  return { { "Host", "100000000001.cos-control.ap-chengdu.myqcloud.com" },
    { "x-cos-appid", "1250000000" }, ... }
end

local STATUS = "/jobs/021140d8-67ca-4e89-8089-0de9a1e40943/status"
local READY = { method = "POST", headers = batch { "Content-Length", "0" },
  target = STATUS .. "?requestedJobStatus=Ready&statusUpdateReason=to+test" }
local LISTS = "requestedjobstatus;statusupdatereason"

--- Columns: title; request; options; the values that are printed.
local vectors = {
  { "V1, PUT object, the example of 7778 in full",
    { method = "PUT", target = "/exampleobject(%E8%85%BE%E8%AE%AF%E4%BA%91)", headers = {
      DATE, BUCKET, { "Content-Type", "text/plain" }, { "Content-Length", "13" },
      { "Content-MD5", "mQ/fVh815F3k6TAUm8m0eg==" }, { "x-cos-acl", "private" },
      { "x-cos-grant-read", 'uin="100000000011"' } } },
    { time = TIME, headers = { "Date", "Host", "Content-Type", "Content-Length", "Content-MD5",
      "x-cos-acl", "x-cos-grant-read" } },
    { sign_key = SIGN_KEY, parameter_list = "",
      header_list = "content-length;content-md5;content-type;date;host;x-cos-acl;x-cos-grant-read",
      http_string = "put\n/exampleobject(腾讯云)\n\ncontent-length=13"
        .. "&content-md5=mQ%2FfVh815F3k6TAUm8m0eg%3D%3D&content-type=text%2Fplain"
        .. "&date=Thu%2C%2016%20May%202019%2006%3A45%3A51%20GMT"
        .. "&host=examplebucket-1250000000.cos.ap-beijing.myqcloud.com&x-cos-acl=private"
        .. "&x-cos-grant-read=uin%3D%22100000000011%22\n",
      sha1 = "8b2751e77f43a0995d6e9eb9477f4b685cca4172",
      string_to_sign = "sha1\n1557989151;1557996351\n8b2751e77f43a0995d6e9eb9477f4b685cca4172\n",
      signature = "3b8851a11a569213c17ba8fa7dcf2abec6935172" } },

  { "V2, GET object, the other example of 7778",
    { method = "GET", target = "/exampleobject(%E8%85%BE%E8%AE%AF%E4%BA%91)"
        .. "?response-content-type=application%2Foctet-stream&response-cache-control=max-age%3D600",
      headers = { { "Date", "Thu, 16 May 2019 06:55:53 GMT" }, BUCKET } },
    { time = "1557989753;1557996953", headers = { "date", "host" } },
    { sign_key = "937914bf490e9e8c189836aad2052e4feeb35eaf", path = "/exampleobject(腾讯云)",
      parameters = "response-cache-control=max-age%3D600"
        .. "&response-content-type=application%2Foctet-stream",
      headers = "date=Thu%2C%2016%20May%202019%2006%3A55%3A53%20GMT"
        .. "&host=examplebucket-1250000000.cos.ap-beijing.myqcloud.com",
      sha1 = "54ecfe22f59d3514fdc764b87a32d8133ea611e6",
      signature = "01681b8c9d798a678e43b685a9f1bba0f6c0e012" } },

  { "V3, the Go client's own test",
    { method = "PUT", target = "http://testbucket-125000000.cos.ap-guangzhou.myqcloud.com/testfile2",
      headers = { { "Host", "testbucket-125000000.cos.ap-guangzhou.myqcloud.com" },
        { "x-cos-content-sha1", "db8ac1c259eb89d4a131b253bacfca5f319d54f2" },
        { "x-cos-stroage-class", "nearline" } } },
    { secret_id = "QmFzZTY0IGlzIGEgZ2VuZXJp", secret_key = "AKIDZfbOA78asKUYBcXFrJD0a1ICvR98JM",
      time = "1480932292;1481012292",
      headers = { "host", "x-cos-content-sha1", "x-cos-stroage-class" } },
    { sign_key = "95d110a8ead64cac52083100db75b7e3f369e72f",
      sha1 = "113b22e92b74237531fafbfc8bb9e67be55645c7",
      signature = "ce4ac0ecbcdb30538b3fee0a97cc6389694ce53a" } },

  { "V4, UpdateJobStatus as the Go client sends it", READY, { time = TIME },
    { sign_key = SIGN_KEY, header_list = "content-length;host;x-cos-appid", parameter_list = LISTS,
      sha1 = "c2dde3f7a259c905acea511ff3dc7d3704df3576",
      signature = "ecbc3876e8433cb00be97aa5e119dd41decea4a2" } },

  { "V5, the same without Content-Length", READY,
    { time = TIME, headers = { "host", "x-cos-appid" } },
    { sign_key = SIGN_KEY, header_list = "host;x-cos-appid", parameter_list = LISTS,
      http_string = "post\n/jobs/021140d8-67ca-4e89-8089-0de9a1e40943/status\n"
        .. "requestedjobstatus=Ready&statusupdatereason=to%20test\n"
        .. "host=100000000001.cos-control.ap-chengdu.myqcloud.com&x-cos-appid=1250000000\n",
      sha1 = "0ed5d01131069882d72b0ee63b46c6385fd5bf5a",
      signature = "3164ab161e6c6d1b21a7269959e8928772b7f17a" } },

  { "V6, a reason in Chinese, and a date",
    { method = "POST", headers = batch(DATE), target = STATUS
      .. "?requestedJobStatus=Cancelled&statusUpdateReason=%E5%8F%96%E6%B6%88%E6%93%8D%E4%BD%9C" },
    { time = TIME, headers = { "date", "host", "x-cos-appid" } },
    { sign_key = SIGN_KEY, header_list = "date;host;x-cos-appid", parameter_list = LISTS,
      sha1 = "8c496ab4ea20610857fab2dcac83f9d2cf50345e",
      signature = "82091c94e76beafcf4ad8164ce791aa2b7fc2faa" } },

  { "V7, ListJobs", { method = "GET", headers = batch(), target = "/jobs?maxResults=2" },
    { time = TIME },
    { sign_key = SIGN_KEY, header_list = "host;x-cos-appid", parameter_list = "maxresults",
      sha1 = "334920f78d2c0ab95a3e65472e9167f09a8a0406",
      signature = "caca35dba7b5b33a379eaa1ecb694a8eaaa769c1" } },
}

--- These options, with the example pair unless they have one.
local function with_pair(options)
  local all = { secret_id = ID, secret_key = KEY }
  for key, value in pairs(options) do
    all[key] = value
  end
  return all
end

describe("section 5.4 of the reference:", function()
  for _, vector in ipairs(vectors) do
    local title, request, options, printed = table.unpack(vector)
    it(title, function()
      local _, values = sign(request, with_pair(options))
      for name, value in pairs(printed) do
        assert.equal(value, values[name], name)
      end
    end)
  end
end)

describe("a signed request", function()
  local LIST = vectors[7][2]

  it("has its signature in a header, the request itself as it was", function()
    local signed = sign(LIST, with_pair { time = TIME })
    assert.same({ "Authorization", "q-sign-algorithm=sha1&q-ak=" .. ID
      .. "&q-sign-time=1557989151;1557996351&q-key-time=1557989151;1557996351"
      .. "&q-header-list=host;x-cos-appid&q-url-param-list=maxresults"
      .. "&q-signature=caca35dba7b5b33a379eaa1ecb694a8eaaa769c1" }, signed.headers[3])
    assert.same({ LIST.method, LIST.target, 2 }, { signed.method, signed.target, #LIST.headers })
  end)

  it("or in parameters behind its own, with a temporary key's token", function()
    local signed = sign(LIST, with_pair { time = TIME, form = "query", token = "a/b=" })
    assert.equal("/jobs?maxResults=2&q-sign-algorithm=sha1&q-ak=" .. ID
      .. "&q-sign-time=1557989151%3B1557996351&q-key-time=1557989151%3B1557996351"
      .. "&q-header-list=host%3Bx-cos-appid&q-url-param-list=maxresults"
      .. "&q-signature=caca35dba7b5b33a379eaa1ecb694a8eaaa769c1&x-cos-security-token=a%2Fb%3D",
      signed.target)
    assert.equal(2, #signed.headers)
  end)

  it("has a repeated key as often in its list, the values in order", function()
    local _, values = sign({ method = "GET", target = "/jobs?b=2&B=1&%E5%8F%96=&a&b=1%2F",
      headers = batch() }, with_pair { time = TIME })
    assert.equal("%e5%8f%96=&a=&b=1&b=1%2F&b=2", values.parameters)
    assert.equal("%e5%8f%96;a;b;b;b", values.parameter_list)
  end)

  it("leaves out of a value the blanks around it", function()
    local _, values = sign({ method = "GET", target = "/jobs",
      headers = { { "Host", "h" }, { "x-cos-appid", " a  b\t" } } }, with_pair { time = TIME })
    assert.equal("host=h&x-cos-appid=a%20%20b", values.headers)
  end)

  it("may be signed as another one, for those who cheat", function()
    local signed, values = sign(LIST, with_pair { time = TIME, as = { method = "PUT" },
      fields = { ["q-ak"] = "other", ["q-key-time"] = false } })
    assert.equal("GET", signed.method)
    assert.equal("put\n", values.http_string:sub(1, 4))
    assert.is_truthy(signed.headers[3][2]:find("&q-ak=other&q-sign-time=1557989151;", 1, true))
    assert.is_nil(signed.headers[3][2]:find("q-key-time", 1, true))
  end)
end)
