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

  function onInput(event) {
    const field = event.target;
    if (!field.dataset || !field.dataset.mustEqual) return;
    const button = document.getElementById(field.dataset.opens);
    if (button) button.disabled = field.value.replace(/[\s.,]/g, "") !== field.dataset.mustEqual;
  }

  function unlock() {
    for (const field of document.querySelectorAll("[data-must-equal]")) onInput({ target: field });
  }

  // On a narrow window the tabs scroll; the current one is brought into sight.
  function showTab() {
    const tabs = document.querySelector(".tabs");
    const here = tabs && tabs.querySelector("[aria-current]");
    if (here) tabs.scrollLeft = here.offsetLeft - (tabs.clientWidth - here.offsetWidth) / 2;
  }

  document.addEventListener("clock", onClock);
  document.addEventListener("submit", onTheme);
  document.addEventListener("input", onInput);
  document.addEventListener("htmx:after:swap", () => { unlock(); tick(); });
  document.addEventListener("DOMContentLoaded", () => {
    unlock();
    showTab();
    if (!document.querySelector("[hx-sse\\:connect]")) setInterval(tick, 1000);
  });
})();
