import { createPages } from "./pages.ts";

const { ISSUER = "http://localhost:8000", CLIENT_ID = "", PORT = "3002" } = Deno.env.toObject();
const answer = await createPages({ issuer: ISSUER, client_id: CLIENT_ID });
Deno.serve({ hostname: "127.0.0.1", port: Number(PORT) }, ({ url }) => answer(new URL(url).pathname));
