// Passkeys: adds one to the account, and lets one approve a release. Without it both pages say what can be done.
(() => {
  "use strict";
  const able = "PublicKeyCredential" in window && "credentials" in navigator;

  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const described = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const first = (words) => words.charAt(0).toUpperCase() + words.slice(1);

  class Refused extends Error {}

  async function send(path, token, body) {
    const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": token };
    const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) return said;
    if (answer.status === 401) throw new Refused("You are no longer signed in: load this page again.");
    const faults = (said.faults || []).map((one) => `${first(one.message)}${one.mend ? `: ${one.mend}` : ""}.`);
    throw new Refused(faults.join(" ") || said.detail || "The console did not answer as it should.");
  }

  async function make(form) {
    const token = form.elements.csrf_token.value, name = form.elements.name.value;
    const asked = await send(`${form.action}/options`, token, { name });
    const publicKey = {
      ...asked,
      challenge: bytes(asked.challenge),
      user: { ...asked.user, id: bytes(asked.user.id) },
      excludeCredentials: described(asked.excludeCredentials),
    };
    const made = await navigator.credentials.create({ publicKey });
    const credential = {
      id: text(made.rawId),
      client_data: text(made.response.clientDataJSON),
      attestation: text(made.response.attestationObject),
    };
    return send(form.action, token, { name, credential });
  }

  async function sign(form, path) {
    const token = form.elements.csrf_token.value, seen = {};
    for (const name of ["edition_digest", "audience_digest", "facts_digest", "count", "correction", "reason"])
      if (form.elements[name]) seen[name] = form.elements[name].value;
    const asked = await send(`${path}/options`, token, seen);
    const publicKey = { ...asked, challenge: bytes(asked.challenge), allowCredentials: described(asked.allowCredentials) };
    const { rawId, response } = await navigator.credentials.get({ publicKey });
    const credential = {
      id: text(rawId),
      client_data: text(response.clientDataJSON),
      authenticator_data: text(response.authenticatorData),
      signature: text(response.signature),
      user_handle: response.userHandle ? text(response.userHandle) : "",
    };
    return send(path, token, { ...seen, credential });
  }

  const WORDS = {
    NotAllowedError: "Nothing was done: it was cancelled, it took too long, or this device holds no passkey for it.",
    InvalidStateError: "This device holds a passkey of yours for this console already.",
    SecurityError: "This page is not at the address passkeys are bound to: open the console at its own address.",
  };

  async function run(button, work) {
    const place = button.closest("[data-passkey]").querySelector("[role=status]");
    const say = (words, wrong) => { place.textContent = words; place.classList.toggle("fault", wrong); };
    button.disabled = true;
    say("Confirm it on your device.", false);
    try {
      location.assign((await work()).next);
    } catch (error) {
      say(error instanceof Refused ? error.message : WORDS[error.name] || "It did not work. Nothing was done: try again.", true);
      button.disabled = false;
    }
  }

  // What is shown to a browser that can, and to one that cannot; a live refresh brings the page's own state back.
  function show() {
    for (const node of document.querySelectorAll("[data-passkey-able]")) node.hidden = !able;
    for (const node of document.querySelectorAll("[data-passkey-unable]")) node.hidden = able;
  }

  document.addEventListener("submit", (event) => {
    const form = event.target, approve = form.querySelector("[data-passkey-approve]");
    if (form.matches("[data-passkey-enrol]")) {
      event.preventDefault();
      run(event.submitter, () => make(form));
    } else if (approve && !event.submitter) { // Enter, where the passkey is the only way to approve
      event.preventDefault();
      approve.click();
    }
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-passkey-approve]");
    if (!button || !button.form.reportValidity()) return;
    run(button, () => sign(button.form, button.dataset.passkeyApprove));
  });
  document.addEventListener("htmx:after:swap", show);
  document.addEventListener("DOMContentLoaded", show);
})();
