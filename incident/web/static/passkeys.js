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
    if (answer.status === 401) throw new Refused("signedOut");
    const faults = (said.faults || []).map((one) => `${first(one.message)}${one.mend ? `: ${one.mend}` : ""}.`);
    throw new Refused(faults.join(" ") || said.detail || "unanswered");
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
    for (const name of ["edition_digest", "audience_digest", "facts_digest", "count", "correction", "reason", "confirmation"])
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

  const WORDS = { NotAllowedError: "cancelled", InvalidStateError: "held", SecurityError: "elsewhere" };

  async function run(button, work) {
    const within = button.closest("[data-passkey]"), place = within.querySelector("[role=status]"), words = within.dataset;
    const say = (said, wrong) => { place.textContent = said; place.classList.toggle("fault", wrong); };
    button.disabled = true;
    say(words.confirm, false);
    try {
      location.assign((await work()).next);
    } catch (error) {
      say(error instanceof Refused ? words[error.message] || error.message : words[WORDS[error.name] || "failed"], true);
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
