import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { isLoopback } from "../../platform/network.ts";
import type { Secrets } from "../../vocabulary/secrets.ts";
import { type CookieLife, createCookies } from "./cookies.ts";
import { type Language, languageOf } from "./language.ts";

/** How the pages of a request look. */
export type Look = { brand: string; language: Language };

/** A request of a page. */
export interface Visit extends Look {
  /** Whether the request names this machine as its host and no proxy has passed it on. */
  readonly isLocal: boolean;
  /** The token of a form that is posted to this path. A page that draws one sets the cookie that it belongs to. */
  formToken(path: string): string;
  /** Whether the token is that of a form of this browser for this path. */
  isFormToken(path: string, token: string): boolean;
  /** The secret of the browser, for what continues only in the same one; undefined before it has a form. */
  browser(): string | undefined;
  /** As {@link browser}; a browser without one gets one. */
  ensureBrowser(): string;
  /** The cookie of the browser's session as it was sent. */
  session(): string | undefined;
  /** Keeps the session's cookie, in place of an earlier one. */
  keepSession(cookie: string): void;
  /**
   * Signs the browser in: it gets this new secret, so that nobody else knows it, and the forms of other tabs are stale.
   */
  startSession(cookie: string, browser: string): void;
  endSession(): void;
  cookie(name: string): string | undefined;
  setCookie(name: string, value: string, life?: CookieLife): void;
  expireCookie(name: string): void;
  /** Whether a page with a form was drawn. */
  hasForm(): boolean;
  /** The `Set-Cookie` headers of the answer. */
  setCookies(): string[];
}

/** The cookie that tells browsers apart before and after a sign-in. It authenticates nobody. */
const browserCookie = "browser";
const sessionCookie = "session";
const browserSizeBytes = 32;
const browserMaxAgeSeconds = 400 * 24 * 60 * 60;

/** Headers by which proxies say that they have passed a request on. */
const forwarding = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via"];

/** 256 bits in base64url. */
const browserShape = /^[\w-]{43}$/;

/** A new secret of a browser. */
export function newBrowser(): string {
  return randomBytes(browserSizeBytes).toString("base64url");
}

/** Reads what pages need of requests. */
export type Visits = ReturnType<typeof createVisits>;

export function createVisits({ secrets, publicUrl, brand, language, sessionMaxSeconds }: {
  secrets: Secrets;
  publicUrl: string;
  brand: string;
  /** Of pages for browsers that ask for none that pages have. */
  language: Language;
  sessionMaxSeconds: number;
}) {
  const cookies = createCookies(publicUrl);
  return { lookOf, visit, origin: publicUrl };

  function lookOf(headers: Headers): Look {
    return { brand, language: languageOf(headers.get("accept-language"), language) };
  }

  function visit(headers: Headers): Visit {
    const sent = cookies.read(headers, browserCookie);
    let browser = sent !== undefined && browserShape.test(sent) ? sent : undefined;
    let hasForm = false;
    const changes = new Map<string, string>();
    return {
      ...lookOf(headers),
      isLocal: isLocal(headers),
      formToken,
      isFormToken: (path, token) => browser !== undefined && isTokenOf(browser, path, token),
      browser: () => browser,
      ensureBrowser: () => browser ?? keepBrowser(newBrowser()),
      session: () => cookies.read(headers, sessionCookie),
      keepSession,
      startSession,
      endSession: () => void changes.set(sessionCookie, cookies.expire(sessionCookie)),
      cookie: (name) => cookies.read(headers, name),
      setCookie: (name, value, life) => void changes.set(name, cookies.set(name, value, life)),
      expireCookie: (name) => void changes.set(name, cookies.expire(name)),
      hasForm: () => hasForm,
      setCookies: () => [...changes.values()],
    };

    function formToken(path: string): string {
      hasForm = true;
      return tokenFor(browser ?? keepBrowser(newBrowser()), path).toString("base64url");
    }

    function keepSession(cookie: string): void {
      changes.set(sessionCookie, cookies.set(sessionCookie, cookie, { maxAgeSeconds: sessionMaxSeconds }));
    }

    function startSession(cookie: string, secret: string): void {
      keepSession(cookie);
      keepBrowser(secret);
    }

    function keepBrowser(secret: string): string {
      browser = secret;
      changes.set(browserCookie, cookies.set(browserCookie, browser, { maxAgeSeconds: browserMaxAgeSeconds }));
      return browser;
    }
  }

  /** HMAC of the browser's cookie and the path, so a form's token is of no use elsewhere. */
  function tokenFor(browser: string, path: string, secretId = secrets.id) {
    return createHmac("sha256", secrets.subkey("forms", secretId)).update(`${browser} ${path}`).digest();
  }

  /** A form that was drawn under the previous secret is still good. */
  function isTokenOf(browser: string, path: string, token: string): boolean {
    if (!browserShape.test(token)) return false;
    const given = Uint8Array.fromBase64(token, { alphabet: "base64url" });
    return secrets.ids.some((id) => timingSafeEqual(tokenFor(browser, path, id), given));
  }
}

function isLocal(headers: Headers): boolean {
  const host = URL.parse(`http://${headers.get("host") ?? ""}`)?.hostname ?? "";
  return isLoopback(host) && !forwarding.some((name) => headers.has(name));
}
