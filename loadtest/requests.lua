-- wrk: sends the requests of the file LOAD_REQUESTS in turn, each from a new address, because simultaneous logins of one
-- user from one network are one attempt and cost one hash. A line has the method, the path, the type and the body, with
-- tabs between them. "#" in a body is another number each time. LOAD_COOKIE and LOAD_AUTHORIZATION are headers of all.
local requests = {}
for line in io.lines(os.getenv("LOAD_REQUESTS")) do
  local method, path, kind, body = line:match("([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)")
  requests[#requests + 1] = { method = method, path = path, kind = kind, body = body, counted = body:find("#") }
end

local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

local sent = 0

function request()
  sent = sent + 1
  local asked = requests[(sent - 1) % #requests + 1]
  local headers = {
    ["Cookie"] = os.getenv("LOAD_COOKIE"),
    ["Authorization"] = os.getenv("LOAD_AUTHORIZATION"),
    ["Content-Type"] = asked.kind ~= "" and asked.kind or nil,
    ["Sec-Fetch-Site"] = "same-origin",
    ["X-Forwarded-For"] = string.format("10.%d.%d.%d", number, math.floor(sent / 256) % 256, sent % 256),
  }
  local body = asked.counted and asked.body:gsub("#", sent) or asked.body
  return wrk.format(asked.method, asked.path, headers, body ~= "" and body or nil)
end
