/**
 * The runtime's server: it reads a form and returns the bytes and headers of a given answer, with `sign` after one
 * signature by Ed25519.
 */
import { generateKeyPairSync, sign } from "node:crypto";

const [port, body, headers, signs] = Deno.args;
const entries = Object.entries(JSON.parse(headers!)) as [string, string][];
const { privateKey } = generateKeyPairSync("ed25519");
const input = new TextEncoder().encode(body);
Deno.serve({ port: Number(port), onListen: () => {} }, async (request) => {
  const form = await request.bytes();
  if (signs === "sign") sign(null, input, privateKey);
  const response = new Response(form.length > 0 ? body : null);
  for (const [name, value] of entries) response.headers.set(name, value);
  return response;
});
