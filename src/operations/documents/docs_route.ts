import { createHash } from "node:crypto";
import bundle from "swagger-ui-dist/swagger-ui-bundle.js" with { type: "text" };
import bundleStyle from "swagger-ui-dist/swagger-ui.css" with { type: "text" };
import { resource } from "../../http/contract/resource.ts";
import { anyone, fromMemory, operation, problems, redirect, text } from "../../http/contract/contract.ts";
import favicon from "./docs/favicon.svg" with { type: "text" };
import page from "./docs/index.html" with { type: "text" };
import init from "./docs/init.js" with { type: "text" };
import pageStyle from "./docs/page.css" with { type: "text" };

/** Nothing inline and nothing from elsewhere (CSP Level 3); `data:` is for the icons in Swagger UI's stylesheet. */
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

/** What the page loads, by its name under `/docs/`. */
const assets = [
  { name: "swagger-ui-bundle.js", operationId: "getDocsBundle", contentType: javascript, body: bundle },
  { name: "swagger-ui.css", operationId: "getDocsBundleStyle", contentType: css, body: bundleStyle },
  { name: "init.js", operationId: "getDocsInit", contentType: javascript, body: init },
  { name: "page.css", operationId: "getDocsStyle", contentType: css, body: pageStyle },
  { name: "favicon.svg", operationId: "getDocsFavicon", contentType: "image/svg+xml", body: favicon },
] as const;
type Asset = typeof assets[number];

/**
 * Seconds for which an asset may be kept. The page names each by its content, so a new one is seen at once; a day
 * bounds the harm when the replica that answers is not yet of the page's version.
 */
const assetMaxAgeSeconds = 86_400;

const route = operation({
  method: "get",
  path: "/docs",
  operationId: "getDocs",
  tags: ["operations"],
  summary: "This interface as a page to read and to try out",
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
  summary: "Leads to /docs",
  hidden: true,
  ...anyone,
  ...fromMemory,
  ...redirect("../docs", "The page is at /docs"),
  ...problems(),
});

const assetRoute = ({ name, operationId, contentType }: Asset) =>
  operation({
    method: "get",
    path: `/docs/${name}`,
    operationId,
    tags: ["operations"],
    summary: `What ${route.path} loads`,
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

/** `GET /docs` and what it loads: Swagger UI, without a network beyond this server. */
export const docsRoute = resource([route, docsFolder, ...assetRoutes.map((each) => each.route)], (app) => {
  let html: string | undefined;
  app.add(route, () => html ??= withVersions(page));
  app.add(docsFolder, () => {});
  for (const each of assetRoutes) app.add(each.route, () => each.body);
});

/** The page with each asset's URL ending in what its content hashes to. */
function withVersions(html: string): string {
  return assets.reduce(
    (text, { name, body }) => text.replace(`"docs/${name}"`, `"docs/${name}?v=${versionOf(body)}"`),
    html,
  );
}

function versionOf(body: string): string {
  return createHash("sha256").update(body).digest("hex").slice(0, 12);
}
