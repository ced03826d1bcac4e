-- wrk: every other request opens the sign-in page, and the next one signs the user in that the environment names, from a
-- new address, because simultaneous sign-ins of one user from one network are one attempt and cost one hash.
local cookie = os.getenv("LOAD_COOKIE")
local form = os.getenv("LOAD_FORM")
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

local sent = 0

function request()
  sent = sent + 1
  local headers = { ["Cookie"] = cookie, ["Sec-Fetch-Site"] = "same-origin" }
  headers["X-Forwarded-For"] = string.format("10.%d.%d.%d", number, math.floor(sent / 256) % 256, sent % 256)
  if sent % 2 == 1 then return wrk.format("GET", "/signin", headers) end
  headers["Content-Type"] = "application/x-www-form-urlencoded"
  return wrk.format("POST", "/signin", headers, form)
end
