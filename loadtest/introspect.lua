-- wrk: every request introspects the token LOAD_TOKEN.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
wrk.body = "token=" .. os.getenv("LOAD_TOKEN")
