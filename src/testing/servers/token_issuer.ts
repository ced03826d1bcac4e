import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from "jose";

type Answer = (request: Request) => Response | Promise<Response>;

/**
 * An issuer of access tokens that is not Sentinel: it signs what a test wants, and counts the requests by path.
 * `answers` are those of further paths. While it `isDown`, it answers 503.
 */
export async function startIssuer(answers: Record<string, Answer> = {}) {
  const counts = new Map<string, number>();
  const keys: { kid: string; privateKey: CryptoKey; jwk: object }[] = [];
  const state = { isDown: false };
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, answer);
  const issuer = `http://127.0.0.1:${server.addr.port}`;
  await addKey();
  return { issuer, counts, keys, state, addKey, sign, [Symbol.asyncDispose]: () => server.shutdown() };

  async function addKey(): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair("ES256");
    const kid = crypto.randomUUID();
    keys.push({ kid, privateKey, jwk: { ...await exportJWK(publicKey), kid, alg: "ES256", use: "sig" } });
  }

  /** Signs by the newest key, or by the one in the header. */
  async function sign(claims: Record<string, unknown>, header: { kid?: string; typ?: string } = {}): Promise<string> {
    const { kid, privateKey } = keys.find((key) => key.kid === header.kid) ?? keys.at(-1)!;
    const iat = Math.floor(Date.now() / 1_000);
    const common = { iss: issuer, sub: crypto.randomUUID(), client_id: "a client", jti: crypto.randomUUID(), iat };
    return await new SignJWT({ ...common, exp: iat + 600, ...claims })
      .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid, ...header }).sign(privateKey);
  }

  function answer(request: Request): Response | Promise<Response> {
    const { pathname } = new URL(request.url);
    counts.set(pathname, (counts.get(pathname) ?? 0) + 1);
    if (state.isDown) return new Response(null, { status: 503 });
    if (pathname === "/.well-known/jwks.json") return Response.json({ keys: keys.map(({ jwk }) => jwk) });
    if (pathname === "/.well-known/oauth-authorization-server") {
      const introspection_endpoint = `${issuer}/oauth/introspect`;
      return Response.json({ issuer, jwks_uri: `${issuer}/.well-known/jwks.json`, introspection_endpoint });
    }
    return answers[pathname]?.(request) ?? new Response(null, { status: 404 });
  }
}
