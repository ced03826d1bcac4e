import { z } from "@hono/zod-openapi";
import { html } from "hono/html";
import { anyone, fromMemory, ok, operation, problems, text } from "../../http/contract/contract.ts";
import { resource } from "../../http/contract/resource.ts";
import { door, linkList } from "../../http/pages/door.ts";
import mark from "../../http/pages/mark.svg" with { type: "text" };
import style from "../../http/pages/sentinel.css" with { type: "text" };
import type { Settings } from "../../vocabulary/dictionary.ts";

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
type Home = z.infer<typeof Home>;

const home = operation({
  method: "get",
  path: "/",
  operationId: "getHome",
  tags: ["operations"],
  summary: "Links to everything; a page in a browser",
  ...anyone,
  ...fromMemory,
  ...ok(Home, "Links", { page: homePage }),
  ...problems(),
});

/** How many seconds a browser may cache the files of pages. */
const assetMaxAgeSeconds = 3_600;

const assetOptions = {
  headers: { "cache-control": `public, max-age=${assetMaxAgeSeconds}`, "cross-origin-resource-policy": "same-origin" },
};

const styleSheet = operation({
  method: "get",
  path: "/sentinel.css",
  operationId: "getStyle",
  tags: ["operations"],
  summary: "The style sheet of every page",
  hidden: true,
  ...anyone,
  ...fromMemory,
  ...text("text/css; charset=utf-8", "The style sheet", assetOptions),
  ...problems(),
});

const favicon = operation({
  method: "get",
  path: "/favicon.ico",
  operationId: "getFavicon",
  tags: ["operations"],
  summary: "The icon of every page, as SVG",
  hidden: true,
  ...anyone,
  ...fromMemory,
  ...text("image/svg+xml", "The icon", assetOptions),
  ...problems(),
});

/** `GET /`, and the files that every page loads. */
export const homeRoute = resource([home, styleSheet, favicon], (app, { settings }: { settings: Settings }) => {
  const { SENTINEL_PUBLIC_URL: publicUrl, SENTINEL_DOCS: docs } = settings;
  const links: Home = {
    issuer: publicUrl,
    ...(docs && { documentation: `${publicUrl}/docs`, openapi: `${publicUrl}/openapi.json` }),
    problems: `${publicUrl}/problems`,
    readiness: `${publicUrl}/readyz`,
    metadata: `${publicUrl}/.well-known/oauth-authorization-server`,
    keys: `${publicUrl}/.well-known/jwks.json`,
  };
  app.add(home, () => links);
  app.add(styleSheet, () => style);
  app.add(favicon, () => mark);
});

function homePage({ issuer, documentation }: Home): string {
  const docs = [
    { href: "docs", text: "API reference", about: "try every operation" },
    { href: "openapi.json", text: "OpenAPI document", about: "for generators and tools" },
  ];
  return door({
    title: "Sentinel",
    root: "",
    main: html`
      <h1>Sentinel is running</h1>
      <p>This server signs users in and decides what they may do. Applications call its API.</p>
      <section>
      <h2>For developers and administrators</h2>
      ${linkList([
        ...(documentation === undefined ? [] : docs),
        { href: "problems", text: "Problems", about: "what each error means, and what to do" },
        { href: "readyz", text: "Readiness", about: "whether requests can be served now" },
        { href: ".well-known/oauth-authorization-server", text: "Server metadata", about: "for OAuth clients" },
        { href: ".well-known/jwks.json", text: "Public signing keys", about: "to verify access tokens" },
      ])}
      </section>
      <section>
        <h2 id="issuer">Issuer</h2>
        <pre role="group" tabindex="0" aria-labelledby="issuer">${issuer}</pre>
      </section>
    `,
  });
}
