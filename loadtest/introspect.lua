-- wrk: every request asks what the token LOAD_TOKEN is worth.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
wrk.body = "token=" .. os.getenv("LOAD_TOKEN")
