-- wrk: every request asks for LOAD_BATCH decisions about seeded users, picked by Zipf's law (s = 1). Every other one is
-- about a permission of the user's own role, the rest about any permission. The 200,000 decisions are picked beforehand,
-- so that the load tool needs little of the cores that it shares with the server.
local users, roles = tonumber(os.getenv("LOAD_USERS")), tonumber(os.getenv("LOAD_ROLES"))
local batch = tonumber(os.getenv("LOAD_BATCH"))
local actions = { "read", "write", "share", "delete" }
local requests, sent = {}, 0

local function question()
  local n = math.floor(users ^ math.random()) % users
  local p = math.random(0, 1999)
  if math.random() < 0.5 then p = ((n % roles) * 5 + math.random(0, 4)) % 2000 end
  return string.format(
    '{"subject":{"type":"user","id":"00000000-0000-7000-8000-%012x"},"action":{"name":"%s"},"resource":{"type":"resource-%d","id":"1"}}',
    n, actions[p % 4 + 1], math.floor(p / 4))
end

local function body()
  if batch == 1 then return question() end
  local questions = {}
  for i = 1, batch do questions[i] = question() end
  return '{"evaluations":[' .. table.concat(questions, ",") .. "]}"
end

function init()
  math.randomseed(os.time())
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  for i = 1, 200000 / batch do requests[i] = wrk.format(nil, nil, nil, body()) end
end

function request()
  sent = sent % #requests + 1
  return requests[sent]
end
