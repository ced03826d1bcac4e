-- wrk: every request is a login of the person that the environment names.
local function encode(text)
  return (text:gsub("[^%w]", function(c) return string.format("%%%02X", c:byte()) end))
end

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
wrk.body = "username=" .. encode(os.getenv("LOGIN_USERNAME")) .. "&password=" .. encode(os.getenv("LOGIN_PASSWORD"))
