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
  const pressed = (field) => field.type === "checkbox" || field.type === "radio";
  const now = (field) => pressed(field) ? (field.checked ? "1" : "") : field.value;
  const stored = (select) => [...select.options].find((option) => option.defaultSelected) || select.options[0];

  function was(field) {
    if (pressed(field)) return field.defaultChecked ? "1" : "";
    if (field.tagName !== "SELECT") return field.defaultValue;
    return stored(field) ? stored(field).value : "";
  }

  // The choices of one question: buttons or boxes of one name; which of them are taken, as stored or as they stand.
  const together = (fields, name) => fields.filter((field) => field.name === name && pressed(field));
  const taken = (choices, how) => choices.filter((field) => field[how]).map((field) => field.value);

  function keep(form) {
    const fields = fieldsOf(form), typed = fields.map((field, at) => [at, field.name, now(field), was(field), pressed(field) ? field.value : null]).filter(([, , value, before]) => value !== before);
    if (!fields.length) return;
    const names = new Set(typed.filter(([, , , , choice]) => choice !== null).map(([, name]) => name));
    const chosen = Object.fromEntries([...names].map((name) => [name, taken(together(fields, name), "defaultChecked")]));
    if (typed.length) store.setItem(keyOf(form), JSON.stringify({ page: page + location.search, typed, chosen, sent: false }));
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
  // A page that neither answers a form nor was led to by the answer was reached by a link: one that lay between was
  // left before its script ran, and nobody knows what it said. Then the draft stays.
  // So it does for whoever comes back by the browser's own way: from a connection that was lost, or a proxy's error.
  function settle() {
    const [load] = performance.getEntriesByType("navigation");
    const wrong = load && load.responseStatus ? load.responseStatus >= 400 : Boolean(document.querySelector("[data-trouble], #main .fault"));
    const unknown = load && !load.redirectCount && !document.querySelector("[data-sent]");
    for (const key of keys()) {
      const draft = JSON.parse(store.getItem(key));
      if (!draft.sent) continue;
      if (wrong || unknown || (load && load.type === "back_forward") || history.length > draft.sent + 1) store.setItem(key, JSON.stringify({ ...draft, sent: false }));
      else store.removeItem(key);
    }
  }

  function unsent() {
    for (const key of keys()) store.setItem(key, JSON.stringify({ ...JSON.parse(store.getItem(key)), sent: false }));
  }

  function unfold(within, until) {
    for (let fold = within; fold && fold !== until; fold = fold.parentElement) if (fold.tagName === "DETAILS") fold.open = true;
  }

  // What somebody else stored meanwhile stands beside the field. A text takes its place once it is ticked that theirs was read.
  function beside(place, value, before = null) {
    const words = document.getElementById("restored").dataset, had = new Set((before || "").split("\n"));
    const fresh = value.split("\n").filter((line) => line && !had.has(line)), some = (before || "").includes("\n") && fresh.length;
    const theirs = document.createElement("div"), head = document.createElement("strong"), said = document.createElement("p");
    theirs.className = "theirs small";
    head.textContent = some ? words.lines : words.changed;
    said.textContent = some ? fresh.join("\n") : value || words.nothing;
    theirs.append(head, said);
    if (before === null) place.after(theirs);
    else {
      theirs.append(readFirst(words.mine));
      place.before(theirs);
    }
    unfold(theirs);
  }

  function readFirst(words) {
    const label = document.createElement("label"), tick = document.createElement("input");
    label.className = "pick";
    tick.type = "checkbox";
    tick.required = true;
    label.append(tick, ` ${words}`);
    return label;
  }

  const named = (field) => field.labels && field.labels.length ? field.labels[0].textContent.trim() : field.value;

  // What somebody else chose meanwhile, under the words the page has for it.
  function besideChoices(fields, chosen) {
    for (const [name, before] of Object.entries(chosen || {})) {
      const choices = together(fields, name), theirs = taken(choices, "defaultChecked"), last = choices.at(-1);
      if (!last || String(theirs) === String(before) || String(theirs) === String(taken(choices, "checked"))) continue;
      beside(last.closest(".checks, .options") || last.closest("label") || last, choices.filter((field) => field.defaultChecked).map(named).join(", "));
    }
  }

  function restore(form) {
    const kept = store.getItem(keyOf(form));
    if (!kept) return 0;
    const fields = fieldsOf(form), draft = JSON.parse(kept);
    let changed = 0;
    for (const [at, name, value, before, choice = null] of draft.typed) {
      const same = (one) => one && one.name === name && (choice === null || one.value === choice);
      const field = same(fields[at]) ? fields[at] : fields.find(same);
      if (!field || now(field) !== was(field) || now(field) === value) continue;
      if (!pressed(field) && was(field) !== before && was(field) !== value) beside(field, field.tagName === "SELECT" ? stored(field).text : was(field), field.tagName === "TEXTAREA" ? before : null);
      if (pressed(field)) field.checked = value === "1";
      else field.value = value;
      unfold(field, form);
      changed += 1;
    }
    if (!changed) return 0;
    besideChoices(fields, draft.chosen);
    unfold(form);
    form.dispatchEvent(new Event("input", { bubbles: true }));
    return changed;
  }

  function restoreAll() {
    const back = [...document.querySelectorAll("#main form")].filter((form) => mine(form) && restore(form));
    const bar = document.getElementById("restored");
    if (!back.length || !bar) return;
    if (document.querySelector(".theirs [required]")) bar.querySelector("p").textContent = bar.dataset.clash;
    bar.hidden = false;
    bar.querySelector("[data-discard]").addEventListener("click", () => {
      for (const form of back) { store.removeItem(keyOf(form)); form.reset(); }
      for (const theirs of document.querySelectorAll(".theirs")) theirs.remove();
      bar.hidden = true;
    });
  }

  // The sign-in or a page that says what went wrong: nothing was stored, and one is led back to the form.
  function leadBack() {
    const next = document.querySelector("form[action='/login'] [name=next]"), said = document.getElementById("typed-kept");
    for (const key of keys()) {
      const draft = JSON.parse(store.getItem(key));
      if (!draft.sent) continue;
      store.setItem(key, JSON.stringify({ ...draft, sent: false }));
      if (next) next.value = draft.page;
      if (said) said.hidden = false;
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
    window.addEventListener("pageshow", (event) => { if (event.persisted) unsent(); });
  });
})();
