import { createHash } from "node:crypto";
import bundle from "swagger-ui-dist/swagger-ui-bundle.js" with { type: "text" };
import bundleStyle from "swagger-ui-dist/swagger-ui.css" with { type: "text" };
import { resource } from "../../http/contract/resource.ts";
import { anyone, fromMemory, operation, problems, redirect, text } from "../../http/contract/contract.ts";
import favicon from "./docs/favicon.svg" with { type: "text" };
import page from "./docs/index.html" with { type: "text" };
import init from "./docs/init.js" with { type: "text" };
import pageStyle from "./docs/page.css" with { type: "text" };

/** No inline code and nothing from other origins (CSP Level 3). `data:` is for the icons in Swagger UI's stylesheet. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const [javascript, css] = ["text/javascript; charset=utf-8", "text/css; charset=utf-8"];

/** The files that the page loads, by their names under `/docs/`. */
const assets = [
  { name: "swagger-ui-bundle.js", operationId: "getDocsBundle", contentType: javascript, body: bundle },
  { name: "swagger-ui.css", operationId: "getDocsBundleStyle", contentType: css, body: bundleStyle },
  { name: "init.js", operationId: "getDocsInit", contentType: javascript, body: init },
  { name: "page.css", operationId: "getDocsStyle", contentType: css, body: pageStyle },
  { name: "favicon.svg", operationId: "getDocsFavicon", contentType: "image/svg+xml", body: favicon },
] as const;
type Asset = typeof assets[number];

/**
 * How many seconds an asset may be cached. The URL of an asset contains its hash, so a new version is loaded at once. A
 * day limits the harm when a replica of another version answers.
 */
const assetMaxAgeSeconds = 86_400;

const route = operation({
  method: "get",
  path: "/docs",
  operationId: "getDocs",
  tags: ["operations"],
  summary: "The API reference, as a page on which every operation can be tried",
  ...anyone,
  ...text("text/html; charset=utf-8", "The page", {
    headers: {
      "content-security-policy": contentSecurityPolicy,
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
    },
  }),
  ...problems(),
});

const docsFolder = operation({
  method: "get",
  path: "/docs/",
  operationId: "getDocsFolder",
  tags: ["operations"],
  summary: "Redirect to /docs",
  hidden: true,
  ...anyone,
  ...fromMemory,
  ...redirect("../docs", "Redirect to /docs"),
  ...problems(),
});

const assetRoute = ({ name, operationId, contentType }: Asset) =>
  operation({
    method: "get",
    path: `/docs/${name}`,
    operationId,
    tags: ["operations"],
    summary: `A file of the page: ${route.path}`,
    hidden: true,
    ...anyone,
    ...text(contentType, name, {
      headers: {
        "cache-control": `public, max-age=${assetMaxAgeSeconds}`,
        "cross-origin-resource-policy": "same-origin",
      },
    }),
    ...problems(),
  });

const assetRoutes = assets.map((asset) => ({ route: assetRoute(asset), body: asset.body }));

/** `GET /docs` and its files: Swagger UI, which loads nothing from other servers. */
export const docsRoute = resource([route, docsFolder, ...assetRoutes.map((each) => each.route)], (app) => {
  let html: string | undefined;
  app.add(route, () => html ??= withVersions(page));
  app.add(docsFolder, () => {});
  for (const each of assetRoutes) app.add(each.route, () => each.body);
});

/** Adds the hash of each asset to its URL. */
function withVersions(html: string): string {
  return assets.reduce(
    (text, { name, body }) => text.replace(`"docs/${name}"`, `"docs/${name}?v=${versionOf(body)}"`),
    html,
  );
}

function versionOf(body: string): string {
  return createHash("sha256").update(body).digest("hex").slice(0, 12);
}
