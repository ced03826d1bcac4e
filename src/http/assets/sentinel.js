// What pages do with JavaScript. All else works without it.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// <button type="button" data-copy="#id" data-done="Copied" hidden> copies the value or the text of the element.
for (const button of navigator.clipboard ? all("[data-copy]") : []) {
  const label = button.textContent;
  button.ariaLive = "polite";
  button.onclick = async () => {
    const source = document.querySelector(button.dataset.copy);
    await navigator.clipboard.writeText(source.value ?? source.innerText);
    button.textContent = button.dataset.done;
    setTimeout(() => button.textContent = label, 2_000);
  };
  button.hidden = false;
}

// <button type="button" data-print hidden>
for (const button of all("[data-print]")) {
  button.onclick = () => print();
  button.hidden = false;
}

// <button type="button" data-zoom="1.25" hidden> draws the figure of its section so many times as large.
for (const button of all("[data-zoom]")) {
  const svg = button.closest("section").querySelector("figure svg");
  button.onclick = () => {
    for (const side of ["width", "height"]) svg.setAttribute(side, svg.getAttribute(side) * button.dataset.zoom);
  };
  button.hidden = false;
}

// [data-key="/"]: the key goes to this field, toggles this popover, or clicks on anything else.
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
  const element = all("[data-key]").find(({ dataset }) => dataset.key === event.key);
  if (!element) return;
  event.preventDefault();
  if (element.matches("input")) element.select();
  else if (element.popover) element.togglePopover();
  else element.click();
});

// <form data-live="#id">: while the user types, this part of the page is replaced by that of the form's answer.
for (const form of all("form[data-live]")) {
  const part = form.dataset.live;
  const request = new XMLHttpRequest(); // parses without a sink of Trusted Types, unlike DOMParser
  request.onload = () => {
    const fresh = request.response?.querySelector(part);
    if (!fresh) return;
    document.querySelector(part).replaceWith(fresh);
    history.replaceState(null, "", request.responseURL);
  };
  let timer;
  form.oninput = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      request.open("GET", `${form.action}?${new URLSearchParams(new FormData(form))}`);
      request.responseType = "document";
      request.send();
    }, 200);
  };
}

// <form data-passkey="get" data-options="{…}" hidden> sends the credential, in an input of that name. The options are
// JSON, or the path that answers them to the token. With data-autofill the browser offers passkeys in the field for the
// username, too (WebAuthn Level 3 §5.1.4).
const parse = {
  create: globalThis.PublicKeyCredential?.parseCreationOptionsFromJSON,
  get: globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON,
};
if (parse.get) {
  all("form[data-passkey]").forEach(offer);
  for (const element of all("[data-without-passkeys]")) element.hidden = true;
}

async function offer(form) {
  const { passkey, options, token, autofill } = form.dataset;
  const notes = all("[data-error]", form);
  let running;
  let fillsAt = 0;
  form.onsubmit = (event) => {
    event.preventDefault();
    fillsAt = Infinity;
    run();
  };
  form.hidden = false;
  if (autofill === undefined || !await PublicKeyCredential.isConditionalMediationAvailable?.()) return;
  fill();
  setInterval(fill, 1_000);

  function fill() { // again before the challenge expires
    if (document.hidden || performance.now() < fillsAt) return;
    fillsAt = performance.now() + 240_000;
    run("conditional");
  }

  async function run(mediation) {
    running?.abort();
    running = new AbortController();
    const { signal } = running;
    for (const note of mediation ? [] : notes) note.hidden = true;
    try {
      const { challenge_id, publicKey } = options[0] === "/" ? await ask(options, token, signal) : JSON.parse(options);
      const credential = await navigator.credentials[passkey]({
        publicKey: parse[passkey](publicKey),
        mediation,
        signal,
      });
      if (challenge_id) form.elements.challenge_id.value = challenge_id;
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch (error) {
      if (signal.aborted || mediation) return;
      if (error.message === "403") return location.reload();
      const noteOf = (name) => notes.find(({ dataset }) => dataset.error === name);
      (noteOf(error.name) ?? noteOf("")).hidden = false;
      fillsAt = 0;
    }
  }
}

async function ask(path, token, signal) {
  const headers = { "x-form-token": token };
  const response = await fetch(path, { method: "POST", headers, body: new URLSearchParams(), signal });
  if (!response.ok) throw new Error(response.status);
  return await response.json();
}
