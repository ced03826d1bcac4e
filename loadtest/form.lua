-- wrk: every request sends the form LOAD_FORM with the header LOAD_AUTHORIZATION.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
wrk.headers["Authorization"] = os.getenv("LOAD_AUTHORIZATION")
wrk.body = os.getenv("LOAD_FORM")
