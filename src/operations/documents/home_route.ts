import { z } from "@hono/zod-openapi";
import { anyone, fromMemory, ok, operation, problems, resource, text } from "../../http/contract/contract.ts";
import mark from "../../http/assets/mark.svg" with { type: "text" };
import { script, scriptPath } from "../../http/assets/script.ts";
import { style, stylePath } from "../../http/assets/style.ts";
import type { Visits } from "../../http/pages/visit.ts";
import type { Settings } from "../../vocabulary/dictionary.ts";
import { homePage, startPage } from "./home_page.ts";

const link = (path: string) => z.url().openapi({ example: `http://localhost:8000${path}` });

const Home = z.strictObject({
  issuer: link("").openapi({ description: "The issuer of the tokens and the URL for clients" }),
  documentation: link("/docs").optional(),
  openapi: link("/openapi.json").optional(),
  problems: link("/problems"),
  readiness: link("/readyz"),
  metadata: link("/.well-known/oauth-authorization-server"),
  keys: link("/.well-known/jwks.json"),
}).openapi("Home");
export type Home = z.infer<typeof Home>;

const home = operation("GET /", {
  operationId: "getHome",
  tags: ["operations"],
  summary: "Links to everything; a page in a browser",
  ...anyone,
  ...fromMemory,
  ...ok(Home, "Links", { alsoHtml: true }),
  ...problems(),
});

/** Keeps a file in browsers and proxies. One whose name has its hash never changes (RFC 8246). */
const cachedFor = (control: string) => ({
  headers: { "cache-control": control, "cross-origin-resource-policy": "same-origin" },
});

const styleSheet = operation(`GET /${stylePath}`, {
  operationId: "getStyle",
  tags: ["operations"],
  summary: "The style sheet of every page",
  hidden: true,
  ...anyone,
  ...fromMemory,
  ...text("text/css; charset=utf-8", "The style sheet", cachedFor("public, max-age=31536000, immutable")),
  ...problems(),
});

const scriptFile = operation(`GET /${scriptPath}`, {
  operationId: "getScript",
  tags: ["operations"],
  summary: "The script of pages",
  hidden: true,
  ...anyone,
  ...fromMemory,
  ...text("text/javascript; charset=utf-8", "The script", cachedFor("public, max-age=31536000, immutable")),
  ...problems(),
});

const favicon = operation("GET /favicon.ico", {
  operationId: "getFavicon",
  tags: ["operations"],
  summary: "The icon of every page, as SVG",
  hidden: true,
  ...anyone,
  ...fromMemory,
  ...text("image/svg+xml", "The icon", cachedFor("public, max-age=3600")),
  ...problems(),
});

/** `GET /`, and the files that every page loads. */
export const homeRoute = resource(
  [home, styleSheet, scriptFile, favicon],
  (app, { settings, visits }: { settings: Settings; visits: Visits }) => {
    const { SENTINEL_PUBLIC_URL: publicUrl, SENTINEL_DOCS: docs } = settings;
    const links: Home = {
      issuer: publicUrl,
      ...(docs && { documentation: `${publicUrl}/docs`, openapi: `${publicUrl}/openapi.json` }),
      problems: `${publicUrl}/problems`,
      readiness: `${publicUrl}/readyz`,
      metadata: `${publicUrl}/.well-known/oauth-authorization-server`,
      keys: `${publicUrl}/.well-known/jwks.json`,
    };
    app.add(home, () => links, (body, { headers }) => {
      const visit = visits.visit(headers);
      return visit.session() === undefined ? homePage(visit, body) : startPage(visit);
    });
    app.add(styleSheet, () => style);
    app.add(scriptFile, () => script);
    app.add(favicon, () => mark);
  },
);
