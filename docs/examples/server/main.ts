import { createApplication } from "./application.ts";

const { ISSUER = "http://localhost:8000", CLIENT_ID = "", CLIENT_SECRET = "", PORT = "3001" } = Deno.env.toObject();
const origin = `http://localhost:${PORT}`;
const application = await createApplication({
  issuer: ISSUER,
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  origin,
});
Deno.serve({ hostname: "127.0.0.1", port: Number(PORT) }, application.fetch);
