-- wrk: sign-ins of browsers in an application. A code that an answer brings is exchanged by the next request; otherwise
-- the next browser asks for one. The environment names the cookies, the path of the request, and what an exchange sends.
local cookies = {}
for cookie in os.getenv("LOAD_COOKIES"):gmatch("%S+") do cookies[#cookies + 1] = cookie end

local authorize = os.getenv("LOAD_AUTHORIZE")
local form = os.getenv("LOAD_FORM") .. "&code="
local exchange = {
  ["Content-Type"] = "application/x-www-form-urlencoded",
  ["Authorization"] = os.getenv("LOAD_AUTHORIZATION"),
}
local codes = {}
local asked = 0

function request()
  local code = table.remove(codes)
  if code then return wrk.format("POST", "/oauth/token", exchange, form .. code) end
  asked = asked + 1
  return wrk.format("GET", authorize, { ["Cookie"] = cookies[asked % #cookies + 1] })
end

function response(status, headers)
  local location = status == 303 and (headers["location"] or headers["Location"])
  local code = location and location:match("[?&]code=([%w_]+)")
  if code then codes[#codes + 1] = code end
end
