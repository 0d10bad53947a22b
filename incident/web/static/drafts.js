// No lost input: what is typed into a form stays in this tab (sessionStorage) until an answer says that it is stored.
// It comes back after an error, after the session's end and beside what somebody else stored in the meantime.
(() => {
  "use strict";
  const BEGINS = "draft:", OWNER = "draft-owner", KEPT_MS = 300;
  const NEVER = ["csrf_token", "next"];
  const page = location.pathname;
  let wait = 0;

  const store = window.sessionStorage;
  const keys = () => Object.keys(store).filter((key) => key.startsWith(BEGINS));
  const forget = () => { for (const key of keys()) store.removeItem(key); };

  function fieldsOf(form) {
    return [...form.elements].filter((field) => field.name && !NEVER.includes(field.name) && field.matches("input:not([type=hidden], [type=password], [type=file], [type=submit]), textarea, select") && !field.dataset.mustEqual);
  }

  // Forms that look alike (one for each duty) differ by their address or by what they carry along.
  function keyOf(form) {
    const carried = [...form.elements].filter((field) => field.type === "hidden" && !NEVER.includes(field.name) && !/version|based_on|digest/.test(field.name)).map((field) => field.value);
    const names = [...new Set(fieldsOf(form).map((field) => field.name))];
    return BEGINS + [new URL(form.getAttribute("action") || "", location.href).pathname, names.join(","), carried.join(",")].join("|");
  }

  const mine = (form) => form.getAttribute("method") === "post" && form.closest("#main") && !form.matches("[data-no-draft]");
  const now = (field) => field.type === "checkbox" || field.type === "radio" ? (field.checked ? "1" : "") : field.value;

  function was(field) {
    if (field.type === "checkbox" || field.type === "radio") return field.defaultChecked ? "1" : "";
    if (field.tagName !== "SELECT") return field.defaultValue;
    const chosen = [...field.options].find((option) => option.defaultSelected) || field.options[0];
    return chosen ? chosen.value : "";
  }

  function keep(form) {
    const fields = fieldsOf(form), typed = fields.map((field, at) => [at, field.name, now(field), was(field)]).filter(([, , value, before]) => value !== before);
    if (!fields.length) return;
    if (typed.length) store.setItem(keyOf(form), JSON.stringify({ page: page + location.search, typed, sent: false }));
    else store.removeItem(keyOf(form));
  }

  function onInput(event) {
    const form = event.target.form;
    if (!form || !mine(form)) return;
    clearTimeout(wait);
    wait = setTimeout(keep, KEPT_MS, form);
  }

  function onSubmit(event) {
    const form = event.target;
    clearTimeout(wait);
    if (form.matches("[action='/logout']")) return forget();
    if (!mine(form)) return;
    keep(form);
    const key = keyOf(form), kept = store.getItem(key);
    if (kept) store.setItem(key, JSON.stringify({ ...JSON.parse(kept), sent: history.length }));
  }

  // Sent, and the answer is neither an error nor the way to the sign-in: it is stored, and the draft is done with.
  // Where a page lies between that was left before its script ran, nobody knows the answer: the draft stays.
  function settle() {
    const [load] = performance.getEntriesByType("navigation");
    const wrong = load && load.responseStatus ? load.responseStatus >= 400 : Boolean(document.querySelector("[data-trouble], #main .fault"));
    for (const key of keys()) {
      const draft = JSON.parse(store.getItem(key));
      if (!draft.sent) continue;
      if (wrong || history.length > draft.sent + 1) store.setItem(key, JSON.stringify({ ...draft, sent: false }));
      else store.removeItem(key);
    }
  }

  function beside(field, value) {
    const theirs = document.createElement("details"), head = document.createElement("summary"), said = document.createElement("p");
    theirs.className = "theirs small";
    theirs.open = true;
    head.textContent = document.getElementById("restored").dataset.changed;
    said.textContent = value || document.getElementById("restored").dataset.nothing;
    theirs.append(head, said);
    field.after(theirs);
  }

  function restore(form) {
    const kept = store.getItem(keyOf(form));
    if (!kept) return 0;
    const fields = fieldsOf(form);
    let changed = 0;
    for (const [at, name, value, before] of JSON.parse(kept).typed) {
      const field = fields[at] && fields[at].name === name ? fields[at] : fields.find((one) => one.name === name);
      if (!field || now(field) !== was(field) || now(field) === value) continue;
      if (field.matches("textarea, input:not([type=checkbox], [type=radio])") && was(field) !== before && was(field) !== value) beside(field, was(field));
      if (field.type === "checkbox" || field.type === "radio") field.checked = value === "1";
      else field.value = value;
      changed += 1;
    }
    if (!changed) return 0;
    for (let fold = form; fold; fold = fold.parentElement) if (fold.tagName === "DETAILS") fold.open = true;
    form.dispatchEvent(new Event("input", { bubbles: true }));
    return changed;
  }

  function restoreAll() {
    const back = [...document.querySelectorAll("#main form")].filter((form) => mine(form) && restore(form));
    const bar = document.getElementById("restored");
    if (!back.length || !bar) return;
    bar.hidden = false;
    bar.querySelector("[data-discard]").addEventListener("click", () => {
      for (const form of back) { store.removeItem(keyOf(form)); form.reset(); }
      for (const theirs of document.querySelectorAll(".theirs")) theirs.remove();
      bar.hidden = true;
    });
  }

  // The sign-in or a page that says what went wrong: nothing was stored, and one is led back to the form.
  function leadBack() {
    const next = document.querySelector("form[action='/login'] [name=next]");
    for (const key of keys()) {
      const draft = JSON.parse(store.getItem(key));
      if (!draft.sent) continue;
      store.setItem(key, JSON.stringify({ ...draft, sent: false }));
      if (next) next.value = draft.page;
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    const frame = document.querySelector("[data-person]");
    if (!frame) return leadBack();
    if (store.getItem(OWNER) !== frame.dataset.person) forget();
    store.setItem(OWNER, frame.dataset.person);
    settle();
    restoreAll();
    document.addEventListener("input", onInput);
    document.addEventListener("change", onInput);
    document.addEventListener("submit", onSubmit);
  });
})();
