import { serveFeatures } from "../../compose/features.ts";
import { createApp } from "../../http/request/app.ts";
import { createSignInFreshness } from "../../http/request/freshness.ts";
import { createGuard } from "../../http/request/guard.ts";
import { createRequestContext } from "../../http/request/request_context.ts";
import { encodedForm, type Init, type Sentinel } from "../harness.ts";

/** Calls operations with the access token of a person, limited to these scopes. */
export function narrowedTo(sentinel: Sentinel, scopes: readonly string[], token: string) {
  const { authentication, evaluator, log, visits, clock, browserSessions, settings } = sentinel;
  const freshness = createSignInFreshness({ clock, aal2MaxSeconds: settings.SENTINEL_AAL2_MAX_SECONDS });
  const pages = { visits, freshness, browsers: browserSessions, rights: evaluator };
  const authenticate = async (text: string) => ({
    ...await authentication.authenticate(text),
    scopes: new Set(scopes),
  });
  const narrowed = { ...authentication, authenticate, authenticateWithSignIn: authenticate };
  const app = createApp({
    guard: createGuard({
      authentication: narrowed,
      proofs: sentinel.dpopProofs,
      authorization: evaluator,
      freshness,
    }),
    log,
    pages,
  });
  serveFeatures(app, sentinel);
  const info = {
    remoteAddr: { transport: "tcp" as const, hostname: "127.0.0.1", port: 1 },
    completed: Promise.resolve(),
  };

  return async (path: string, { json, form, body, peer: _peer, ...init }: Init = {}): Promise<Response> => {
    const sent = json !== undefined ? JSON.stringify(json) : form ? encodedForm(form) : body;
    const headers = new Headers({ ...Object.fromEntries(new Headers(init.headers)), authorization: `Bearer ${token}` });
    if (json !== undefined) headers.set("content-type", "application/json");
    const method = init.method ?? (sent === undefined ? "GET" : "POST");
    const request = new Request(`http://localhost:8000${path}`, {
      ...init,
      method,
      headers,
      ...(sent !== undefined && { body: sent }),
    });
    return await app.fetch(request, createRequestContext(request, info, []));
  };
}
