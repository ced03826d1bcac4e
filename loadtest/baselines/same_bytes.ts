/** The runtime's server: it reads the Authorization header and returns the bytes and headers of `GET /users/me`. */
const [port, body, headers] = Deno.args;
const entries = Object.entries(JSON.parse(headers!)) as [string, string][];
Deno.serve({ port: Number(port), onListen: () => {} }, (request) => {
  const authorized = request.headers.get("authorization") !== null;
  return new Response(authorized ? body : null, { headers: entries });
});
