import { anyone, fromMemory, operation, problems, redirect, resource, text } from "../../http/contract/contract.ts";
import { lazily } from "../../platform/once.ts";
import page from "./docs/index.html" with { type: "text" };
import { withVersions } from "./docs_files_route.ts";

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

const route = operation("GET /docs", {
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

const docsFolder = operation("GET /docs/", {
  operationId: "getDocsFolder",
  tags: ["operations"],
  summary: "Redirect to /docs",
  hidden: true,
  ...anyone,
  ...fromMemory,
  ...redirect("../docs", "Redirect to /docs"),
  ...problems(),
});

/** `GET /docs`: Swagger UI, which loads nothing from other servers. */
export const docsRoute = resource([route, docsFolder], (app) => {
  const html = lazily(() => withVersions(page));
  app.add(route, html);
  app.add(docsFolder, () => {});
});
