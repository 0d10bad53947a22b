// Countdowns from the server's clock, and the theme without a reload. Every page works without it.
(() => {
  "use strict";
  let ahead = 0; // how far the server's clock is ahead of this machine's, in ms; told when the stream begins
  let told = false;

  const two = (n) => String(n).padStart(2, "0");

  function span(ms) {
    const total = Math.floor(Math.abs(ms) / 1000);
    const d = Math.floor(total / 86400), h = Math.floor(total / 3600) % 24, m = Math.floor(total / 60) % 60;
    if (d >= 3) return `${d} d ${h} h`;
    if (total >= 3600) return `${d * 24 + h} h ${two(m)} min`;
    return `${m} min ${two(total % 60)} s`;
  }

  function tick() {
    const now = Date.now() + ahead, late = document.documentElement.dataset.late;
    for (const node of document.querySelectorAll("time[data-countdown]")) {
      const left = Date.parse(node.dateTime) - now;
      if (Number.isNaN(left)) continue;
      const text = left < 0 ? late.replace("{span}", span(left)) : span(left);
      if (node.textContent !== text) node.textContent = text;
      if (left < 0) node.classList.add("late");
    }
  }

  function onClock(event) {
    const at = Number(event.detail && event.detail.data);
    if (!Number.isFinite(at)) return;
    ahead = at - Date.now();
    document.documentElement.dataset.live = "";
    if (!told) { told = true; setInterval(tick, 1000); }
    tick();
  }

  function onTheme(event) {
    const form = event.target.closest("form[data-theme-form]");
    if (!form || !event.submitter) return;
    event.preventDefault();
    const body = new FormData(form, event.submitter);
    document.documentElement.dataset.theme = event.submitter.value;
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button === event.submitter));
    fetch(form.action, { method: "POST", body: new URLSearchParams(body), redirect: "manual" });
  }

  const bare = (field, text) => (field.inputMode === "numeric" ? text.replace(/[\s.,]/g, "") : text.trim().toLowerCase());

  // What is to be typed opens its button; what cannot become it any more, or is left or sent wrong, is said beside it.
  function onInput(event) {
    const field = event.target;
    if (!field.dataset || !field.dataset.mustEqual || (event.key && event.key !== "Enter")) return;
    const typed = bare(field, field.value), wanted = bare(field, field.dataset.mustEqual), right = typed === wanted;
    const button = document.getElementById(field.dataset.opens), said = document.getElementById(`${field.id}-wrong`);
    if (button) button.disabled = !right;
    const wrong = typed !== "" && !right && (!wanted.startsWith(typed) || event.type !== "input");
    if (said) said.hidden = !wrong;
    field.setAttribute("aria-invalid", String(wrong));
  }

  function unlock() {
    for (const field of document.querySelectorAll("[data-must-equal]")) onInput({ target: field, type: "input" });
  }

  // On a narrow window the tabs scroll; the current one is brought into sight.
  function showTab() {
    const tabs = document.querySelector(".tabs");
    const here = tabs && tabs.querySelector("[aria-current]");
    if (here) tabs.scrollLeft = here.offsetLeft - (tabs.clientWidth - here.offsetWidth) / 2;
  }

  // A part that others change too is not read again over what is typed in it, nor over what is shown this once.
  const typedIn = (part) => [...part.querySelectorAll("input:not([type=hidden]), textarea, select")].some((field) => {
    if (field.closest("[hx-morph-skip]")) return false;
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.tagName !== "SELECT") return field.type === "file" ? field.files.length > 0 : field.value !== field.defaultValue;
    const stands = [...field.options].some((option) => option.defaultSelected);
    return stands ? [...field.options].some((option) => option.selected !== option.defaultSelected) : field.selectedIndex > 0;
  });

  function onRead(event) {
    const part = event.detail.ctx.sourceElement;
    if (!part.matches("[data-waits]") || !part.isConnected || (part.dataset.waits !== "once" && !typedIn(part))) return;
    event.preventDefault();
    const said = part.querySelector("[data-news]");
    if (said) said.hidden = false;
  }

  // A stream begins with how long ago something moved: a page that was asked for before that reads itself again. What
  // answers a form does not: it was its own sending that moved.
  function onMoved(event) {
    const ago = Number(event.detail && event.detail.data), [load] = performance.getEntriesByType("navigation");
    if (!Number.isFinite(ago) || !load || document.querySelector("[data-sent]")) return;
    if (ago <= performance.now() - load.requestStart) window.htmx.trigger(event.target, "entry");
  }

  // The stream is gone: after five seconds a line says since when, until it is back.
  let since = 0, waiting = 0, stood = false;

  function gone() {
    if (since) return;
    since = Date.now() + ahead;
    waiting = setTimeout(() => {
      const line = document.getElementById("stale"), words = line && line.querySelector("span");
      if (!line) return;
      const at = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: line.dataset.zone });
      words.textContent = line.dataset.words.replace("{time}", at.format(since));
      line.firstElementChild.hidden = false;
      document.documentElement.dataset.stale = "";
    }, 5000);
  }

  function onTry(event) {
    if (event.detail.connection.attempt) gone();
  }

  // A stream that stood is tried again by the extension; one that never did, here, unless the server said no.
  function onEnd(event) {
    const asked = event.detail.ctx, stream = asked.sourceElement;
    if (stood || !stream.matches("[hx-sse\\:connect]") || (asked.response && asked.response.status < 500)) return;
    gone();
    setTimeout(() => stream.isConnected && window.htmx.ajax("GET", asked.request.action, { source: stream }), 3000);
  }

  function onBack() {
    clearTimeout(waiting);
    since = 0;
    stood = true;
    const line = document.getElementById("stale");
    if (!line) return;
    line.firstElementChild.hidden = true;
    line.querySelector("span").textContent = "";
    delete document.documentElement.dataset.stale;
  }

  for (const name of ["htmx:before:request", "htmx:before:swap"]) document.addEventListener(name, onRead); // typed meanwhile
  document.addEventListener("htmx:sse:before:connection", onTry);
  document.addEventListener("htmx:sse:after:connection", onBack);
  document.addEventListener("htmx:finally:request", onEnd);
  document.addEventListener("clock", onClock);
  document.addEventListener("moved", onMoved, { once: true });
  document.addEventListener("submit", onTheme);
  for (const name of ["input", "focusout", "keydown"]) document.addEventListener(name, onInput);
  document.addEventListener("htmx:after:swap", () => { unlock(); tick(); });
  document.addEventListener("DOMContentLoaded", () => {
    unlock();
    showTab();
    if (!document.querySelector("[hx-sse\\:connect]")) setInterval(tick, 1000);
  });
})();
