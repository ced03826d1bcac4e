import { createHash } from "node:crypto";
import { anyone, operation, problems, resource, text } from "../../http/contract/contract.ts";
import favicon from "./docs/favicon.svg" with { type: "text" };
import { lazily } from "../../platform/once.ts";
import init from "./docs/init.js" with { type: "text" };
import pageStyle from "./docs/page.css" with { type: "text" };

const [javascript, css] = ["text/javascript; charset=utf-8", "text/css; charset=utf-8"];

/** Two megabytes of text. */
const swaggerUi = lazily(() => import("./swagger_ui.ts"));

/** The files that the page loads, by their names under `/docs/`. */
const assets = [
  {
    name: "swagger-ui-bundle.js",
    operationId: "getDocsBundle",
    contentType: javascript,
    body: async () => (await swaggerUi()).bundle,
  },
  {
    name: "swagger-ui.css",
    operationId: "getDocsBundleStyle",
    contentType: css,
    body: async () => (await swaggerUi()).style,
  },
  { name: "init.js", operationId: "getDocsInit", contentType: javascript, body: () => init },
  { name: "page.css", operationId: "getDocsStyle", contentType: css, body: () => pageStyle },
  { name: "favicon.svg", operationId: "getDocsFavicon", contentType: "image/svg+xml", body: () => favicon },
] as const;
type Asset = typeof assets[number];

/** How long assets are cached. Their URLs contain hashes; a day bounds the harm of a replica of another version. */
const assetMaxAgeSeconds = 86_400;

const assetRoute = ({ name, operationId, contentType }: Asset) =>
  operation(`GET /docs/${name}`, {
    operationId,
    tags: ["operations"],
    summary: "A file of the page: /docs",
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

/** The files that the page at `/docs` loads. */
export const docsFilesRoute = resource(assetRoutes.map((each) => each.route), (app) => {
  for (const each of assetRoutes) app.add(each.route, each.body);
});

/** Adds the hash of each asset to its URL. */
export async function withVersions(html: string): Promise<string> {
  let text = html;
  for (const { name, body } of assets) {
    const version = createHash("sha256").update(await body()).digest("hex").slice(0, 12);
    text = text.replace(`"docs/${name}"`, `"docs/${name}?v=${version}"`);
  }
  return text;
}
