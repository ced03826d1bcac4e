import assert from "node:assert/strict";
import type { Init, Sentinel } from "../harness.ts";

/** What a form of a page sends: where to, and its members as they are filled in. */
export type Form = { action: string; members: Record<string, string> };

/** A page as a browser shows it. */
export type Shown = { status: number; html: string; path: string; response: Response };

export type Browser = ReturnType<typeof openBrowser>;

/**
 * A browser without JavaScript: it keeps cookies, follows redirects and `meta refresh`, and sends forms. It stops at an
 * address of another server, which is then the path.
 */
export function openBrowser(sentinel: Pick<Sentinel, "fetch">, headers: Record<string, string> = {}) {
  const cookies = new Map<string, string>();
  return { cookies, open, submit, post };

  async function open(path: string, more: Record<string, string> = {}): Promise<Shown> {
    return await go(path, { headers: more });
  }

  /** Fills in the form that is sent to `action` with whatever query, and sends it. */
  async function submit(shown: Shown, action: string, members: Record<string, string> = {}): Promise<Shown> {
    const form = formsIn(shown.html).find((each) => each.action.split("?")[0] === action);
    assert.ok(form, `a form for ${action} in ${shown.html}`);
    return await post(form.action, { ...form.members, ...members });
  }

  async function post(
    path: string,
    members: Record<string, string>,
    more: Record<string, string> = {},
  ): Promise<Shown> {
    return await go(path, { method: "POST", form: members, headers: { "sec-fetch-site": "same-origin", ...more } });
  }

  async function go(path: string, init: Init, hops = 0): Promise<Shown> {
    assert.ok(hops < 10, `${path} leads nowhere`);
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const sent = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", ...headers };
    const response = await sentinel.fetch(path, {
      ...init,
      redirect: "manual",
      headers: { ...sent, ...(cookie && { cookie }), ...init.headers as Record<string, string> },
    });
    for (const header of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(header)!;
      if (header.includes("Max-Age=0")) cookies.delete(name!);
      else cookies.set(name!, value!);
    }
    const html = await response.text();
    const refresh = /http-equiv="refresh" content="0; url=([^"]*)"/.exec(html)?.[1];
    const next = response.headers.get("location") ?? (refresh && unescape(refresh));
    if (next?.startsWith("/")) return await go(next, { headers: { accept: "text/html" } }, hops + 1);
    if (next) return { status: response.status, html, path: next, response };
    return { status: response.status, html, path, response };
  }
}

/** The forms of a page with the values that they already have. */
export function formsIn(html: string): Form[] {
  return [...html.matchAll(/<form [^>]*action="([^"]*)"[^>]*>(.*?)<\/form>/gs)].map(([, action, content]) => ({
    action: unescape(action!),
    members: Object.fromEntries(
      [...content!.matchAll(/<input\b([^>]*)>|<textarea\b([^>]*)>([^<]*)</g)].map(([, input, area, text]) => [
        /\bname="([^"]*)"/.exec(input ?? area!)![1]!,
        unescape(text ?? /\bvalue="([^"]*)"/.exec(input!)?.[1] ?? ""),
      ]),
    ),
  }));
}

/** The text of the page without its tags. */
export function textOf({ html }: { html: string }): string {
  return unescape(html.replaceAll(/<[^>]+>/g, " ")).replaceAll(/\s+/g, " ");
}

function unescape(text: string): string {
  return text.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&lt;", "<").replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
