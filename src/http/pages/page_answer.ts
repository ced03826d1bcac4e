/**
 * The headers of every page: no inline code, nothing from other origins, no frames (CSP Level 3), no HTML from text.
 */
export const pageHeaders = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
    "script-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join("; "),
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
} as const;

/** The headers of a page with a form, whose `Referer` shows that it was sent from here. */
export const formPageHeaders = { ...pageHeaders, "referrer-policy": "same-origin" } as const;

/** A page. Its status is 200 unless a form was refused. `policy` takes precedence over the headers of every page. */
export type Page = {
  kind: "page";
  html: string;
  status?: number;
  headers?: Record<string, string>;
  policy?: { "content-security-policy": string; "referrer-policy": string };
};

/** A file that the browser saves, in place of a page. Its name needs no quotation. */
export type Download = { kind: "download"; name: string; contentType: string; body: string };

/** JSON for the script of a page. */
export type PageData = { kind: "data"; data: object };

/** A page, the way to another one, a file, or data. */
export type PageAnswer = Page | { kind: "see_other"; location: string } | Download | PageData;

/** The headers of a file that is saved (RFC 6266), and never shown as a page. */
export function downloadHeaders({ name, contentType }: Download): Record<string, string> {
  return {
    "content-type": contentType,
    "content-disposition": `attachment; filename="${name}"`,
    "content-security-policy": "default-src 'none'; sandbox",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
  };
}

/**
 * 303 to another page (RFC 9110 §15.4.4). Never in answer to a form of ours: `form-action` of the CSP would block one
 * that leads to another origin.
 */
export function seeOther(location: string): PageAnswer {
  return { kind: "see_other", location };
}
