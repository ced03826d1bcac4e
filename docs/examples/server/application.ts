import { type Context, Hono } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import * as oidc from "openid-client";

/** Where Sentinel is, the credentials that `sentinel client create` printed, and the address of this application. */
export type Settings = { issuer: string; clientId: string; clientSecret: string; origin: string };

type SignIn = { pkceCodeVerifier: string; expectedState: string; expectedNonce: string };
type Session = { username: string; roles: string[]; idToken: string };

/** An application on a server that signs its users in with Sentinel. The browser gets a cookie, and never a token. */
export async function createApplication({ issuer, clientId, clientSecret, origin }: Settings): Promise<Hono> {
  const execute = issuer.startsWith("http://") ? [oidc.allowInsecureRequests] : []; // a Sentinel on this machine
  const authentication = oidc.ClientSecretBasic(clientSecret);
  const sentinel = await oidc.discovery(new URL(issuer), clientId, {}, authentication, { execute });
  const redirect_uri = `${origin}/callback`;
  const [signIns, sessions] = [new Map<string, SignIn>(), new Map<string, Session>()];
  const application = new Hono();

  application.get("/", (c) => {
    const session = sessions.get(getCookie(c, "example_session") ?? "");
    if (!session) return c.html(`<a href="/signin">Sign in</a>`);
    return c.html(`<p>Hello ${session.username}: ${session.roles.join(", ")}</p><a href="/signout">Sign out</a>`);
  });

  application.get("/signin", async (c) => {
    const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
    const [state, nonce] = [oidc.randomState(), oidc.randomNonce()];
    keep(c, "example_signin", signIns, { pkceCodeVerifier, expectedState: state, expectedNonce: nonce });
    const code_challenge = await oidc.calculatePKCECodeChallenge(pkceCodeVerifier);
    const asked = { redirect_uri, scope: "openid profile roles", state, nonce };
    const proof = { code_challenge, code_challenge_method: "S256" };
    return c.redirect(oidc.buildAuthorizationUrl(sentinel, { ...asked, ...proof }).href);
  });

  application.get("/callback", async (c) => {
    const signIn = take(c, "example_signin", signIns);
    if (!signIn) return c.redirect("/signin");
    const answer = new URL(`${redirect_uri}${new URL(c.req.url).search}`);
    const tokens = await oidc.authorizationCodeGrant(sentinel, answer, { ...signIn, idTokenExpected: true });
    const { preferred_username, roles } = tokens.claims()!; // the signature, iss, aud, exp and nonce are checked
    const username = String(preferred_username);
    keep(c, "example_session", sessions, { username, roles: roles as string[], idToken: tokens.id_token! });
    return c.redirect("/");
  });

  application.get("/signout", (c) => {
    const session = take(c, "example_session", sessions);
    const signedOut = { post_logout_redirect_uri: `${origin}/`, id_token_hint: session?.idToken ?? "" };
    return c.redirect(session ? oidc.buildEndSessionUrl(sentinel, signedOut).href : "/");
  });

  return application;
}

/** Remembers a value under a random cookie of this browser. */
function keep<T>(c: Context, name: string, values: Map<string, T>, value: T): void {
  const id = crypto.randomUUID();
  values.set(id, value);
  setCookie(c, name, id, { httpOnly: true, sameSite: "Lax", path: "/" });
}

/** The value of this browser, which is forgotten. */
function take<T>(c: Context, name: string, values: Map<string, T>): T | undefined {
  const id = deleteCookie(c, name, { path: "/" }) ?? "";
  const value = values.get(id);
  values.delete(id);
  return value;
}
