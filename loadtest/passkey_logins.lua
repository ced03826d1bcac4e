-- wrk with one thread: sends the bodies of the file LOAD_BODIES, a line each, once. Those after the last one fail.
local bodies = {}
for line in io.lines(os.getenv("LOAD_BODIES")) do bodies[#bodies + 1] = line end

local sent = 0

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"

function request()
  sent = sent + 1
  return wrk.format(nil, nil, nil, bodies[sent] or "{}")
end
