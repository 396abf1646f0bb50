// Passkeys: what the server offers is in the form; what the browser makes goes back with it.
"use strict";

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

function readable(options) {
  const given = options.publicKey;
  given.challenge = bytes(given.challenge);
  if (given.user) given.user.id = bytes(given.user.id);
  for (const list of [given.excludeCredentials, given.allowCredentials])
    for (const one of list ?? []) one.id = bytes(one.id);
  return options;
}

function answer(made) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (made.response[name]) response[name] = text(made.response[name]);
  return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response, clientExtensionResults: {} });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", async (event) => {
    const field = form.elements.answer;
    if (field.value) return;
    event.preventDefault();
    const said = form.querySelector(".passkey-problem");
    said.textContent = "";
    try {
      const made = await navigator.credentials[form.dataset.passkey](readable(JSON.parse(form.dataset.options)));
      field.value = answer(made);
      form.submit();
    } catch {
      said.textContent = said.dataset.failed;
    }
  });
}
