/** Where this Sentinel is for the reader of the page: the folder of `/docs`, whatever host or prefix leads to it. */
const base = new URL(".", location.href).href.replace(/\/$/, "");

const dark = matchMedia("(prefers-color-scheme: dark)");
const followTheme = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", followTheme);
followTheme();

globalThis.SwaggerUIBundle({
  dom_id: "#swagger-ui",
  url: `${base}/openapi.json`,
  plugins: [sameServer, loginDialog],
  layout: "BaseLayout",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  persistAuthorization: false,
  responseInterceptor: tellProblem,
  tryItOutEnabled: true,
  validatorUrl: null,
});

/** Calls the server that the page came from, as its CSP allows no other, and offers no choice of one. */
function sameServer() {
  return {
    statePlugins: { spec: { wrapActions: { updateJsonSpec: (update) => (document) => update(servedHere(document)) } } },
    wrapComponents: { ServersContainer: () => () => null },
  };
}

function servedHere(document) {
  const { password } = document.components.securitySchemes.password.flows;
  password.tokenUrl = base + password.tokenUrl;
  password.refreshUrl = base + password.refreshUrl;
  return { ...document, servers: [{ url: base }] };
}

/** Begins at the username, and takes Enter for the button. */
function loginDialog({ React }) {
  const Dialog = (Popup) => (props) => {
    React.useEffect(() => document.getElementById("oauth_username")?.focus(), []);
    return React.createElement("div", { onKeyDown: authorizeOnEnter }, React.createElement(Popup, props));
  };
  return { wrapComponents: { authorizationPopup: Dialog } };
}

function authorizeOnEnter({ key, target }) {
  if (key !== "Enter" || target.tagName !== "INPUT") return;
  target.closest(".auth-container")?.querySelector(".modal-btn.authorize")?.click();
}

/** Shows a problem's `detail` where Swagger UI would repeat its status. */
function tellProblem(response) {
  if (response.body?.detail) response.statusText = response.body.detail;
  return response;
}
