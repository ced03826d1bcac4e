/**
 * Whether a valid token is refused while the signing keys rotate.
 *
 *   DATABASE_URL=postgres://… deno run -A loadtest/key_rotation.ts [rotations] [seconds between] [clients]
 *
 * It starts two servers on one schema, and a verifier that has only the published keys: it caches them, and fetches
 * them again for an unknown key (jose's `createRemoteJWKSet`). Meanwhile `keys rotate --force` runs repeatedly. Each
 * client refreshes at the first server, and sends the new token at once to both servers and the verifier, as well as
 * the first token that it received. Prints how many tokens were sent and refused, and where. Exits with 1 if any was
 * refused.
 */
import { createRemoteJWKSet, jwtVerify } from "jose";
import { emptySchema, fail, logIn, newPerson, printConditions, runCommand, startSentinel } from "./rig.ts";

const [rotations = 10, seconds = 3, clients = 4] = Deno.args.map(Number);

await using _schema = await emptySchema();
const issuer = "http://127.0.0.1:8100";
await using first = await startSentinel(8100);
await using second = await startSentinel(8101, { SENTINEL_PUBLIC_URL: issuer });
await printConditions({ model: `closed, ${clients} clients`, rotations, "seconds between": seconds });
const keySet = createRemoteJWKSet(new URL(`${first.origin}/.well-known/jwks.json`), { cooldownDuration: 0 });
const person = await newPerson(issuer);
const shown = { "first server": 0, "second server": 0, verifier: 0 };
const refused = { ...shown };
let over = false;

const traffic = Array.from({ length: clients }, refreshAndShow);
for (let rotation = 0; rotation < rotations; rotation++) {
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  await runCommand(["keys", "rotate", "--force"]);
}
over = true;
const kids = new Set((await Promise.all(traffic)).flat());
for (const [where, count] of Object.entries(shown)) {
  console.log(`${where.padEnd(13)} ${count} tokens sent, ${refused[where as keyof typeof refused]} refused`);
}
console.log(`${kids.size} keys signed them`);
if (Object.values(refused).some((count) => count > 0)) fail("valid tokens were refused");

/** Returns the key ids of the tokens. */
async function refreshAndShow(): Promise<string[]> {
  const kids = new Set<string>();
  let { token, refreshToken } = await logIn(issuer, person);
  const oldest = token;
  while (!over) {
    const body = new URLSearchParams({ grant_type: "refresh_token", refresh_token: refreshToken });
    const answer = await fetch(`${first.origin}/oauth/token`, { method: "POST", body });
    ({ access_token: token, refresh_token: refreshToken } = await answer.json());
    await Promise.all([token, oldest].map(show));
    kids.add(JSON.parse(atob(token.split(".")[0]!)).kid);
  }
  return [...kids];
}

async function show(token: string): Promise<void> {
  await Promise.all([
    count("first server", accepts(first.origin, token)),
    count("second server", accepts(second.origin, token)),
    count("verifier", verifies(token)),
  ]);
}

async function count(where: keyof typeof shown, answer: Promise<boolean>): Promise<void> {
  shown[where]++;
  if (!await answer) refused[where]++;
}

async function accepts(origin: string, token: string): Promise<boolean> {
  const response = await fetch(`${origin}/users/me`, { headers: { authorization: `Bearer ${token}` } });
  await response.body?.cancel();
  return response.ok;
}

function verifies(token: string): Promise<boolean> {
  return jwtVerify(token, keySet, { issuer, audience: issuer, typ: "at+jwt" }).then(() => true, () => false);
}
