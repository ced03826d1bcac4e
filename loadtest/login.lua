-- wrk: every request is a login of the user that the environment names, from a new address, because simultaneous logins
-- of one user from one network are one attempt and cost one hash.
local function encode(text)
  return (text:gsub("[^%w]", function(c) return string.format("%%%02X", c:byte()) end))
end

local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

local sent = 0

function request()
  sent = sent + 1
  wrk.headers["X-Forwarded-For"] = string.format("10.%d.%d.%d", number, math.floor(sent / 256) % 256, sent % 256)
  return wrk.format()
end

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
wrk.body = "username=" .. encode(os.getenv("LOGIN_USERNAME")) .. "&password=" .. encode(os.getenv("LOGIN_PASSWORD"))
