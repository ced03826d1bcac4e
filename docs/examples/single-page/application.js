import { UserManager } from "oidc-client-ts";

/** A page without a server of its own that signs its users in with Sentinel. */
async function start() {
  const { issuer, client_id } = await (await fetch("/settings.json")).json();
  const sentinel = new UserManager({
    authority: issuer,
    client_id,
    redirect_uri: `${location.origin}/callback`,
    post_logout_redirect_uri: `${location.origin}/`,
    scope: "openid profile roles",
  });
  if (location.pathname === "/callback") {
    await sentinel.signinRedirectCallback();
    history.replaceState(null, "", "/"); // the code leaves the address
  }
  const user = await sentinel.getUser();
  show("who", user ? `Hello ${user.profile.preferred_username}: ${user.profile.roles}` : "");
  button("signin", !user, () => sentinel.signinRedirect());
  button("signout", !!user, () => sentinel.signoutRedirect());
  button("refresh", !!user, async () => {
    const renewed = await sentinel.signinSilent(); // by the refresh token, which works once
    show("refreshed", renewed ? `A new token, good for ${renewed.expires_in} s` : "");
  });
}

function show(id, text) {
  document.getElementById(id).textContent = text;
}

function button(id, isShown, act) {
  const element = document.getElementById(id);
  element.hidden = !isShown;
  element.onclick = () => void act();
}

void start();
