import { createNotesServer } from "./notes_server.ts";

const { ISSUER = "http://localhost:8000", CLIENT_ID = "", CLIENT_SECRET = "", PORT = "3003" } = Deno.env.toObject();
const serve = createNotesServer({
  issuer: ISSUER,
  url: `http://localhost:${PORT}/mcp`,
  client: { id: CLIENT_ID, secret: CLIENT_SECRET },
});
Deno.serve({ hostname: "127.0.0.1", port: Number(PORT) }, serve);
