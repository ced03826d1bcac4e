-- wrk with one connection per thread: each thread has a session of LOAD_REFRESH_TOKENS and rotates its refresh token.
local tokens = {}
for token in os.getenv("LOAD_REFRESH_TOKENS"):gmatch("%S+") do table.insert(tokens, token) end

function setup(thread)
  thread:set("refresh_token", table.remove(tokens))
end

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"

function request()
  return wrk.format(nil, nil, nil, "grant_type=refresh_token&refresh_token=" .. refresh_token)
end

function response(status, headers, body)
  refresh_token = body:match('"refresh_token":"([^"]+)"') or refresh_token
end
