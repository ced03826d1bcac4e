/** Hono alone: one route that reads the Authorization header and returns the bytes and headers of `GET /users/me`. */
import { Hono } from "hono";

const [port, body, headers] = Deno.args;
const answered = JSON.parse(headers!);
const app = new Hono();
app.get("/users/me", (c) => c.body(c.req.header("authorization") === undefined ? "" : body!, 200, answered));
Deno.serve({ port: Number(port), onListen: () => {} }, app.fetch);
