// Going about by keyboard: the palette, the keys of a page, its rows, and links that lead into something folded.
(() => {
  "use strict";
  const by = (id) => document.getElementById(id);
  const SVG = "http://www.w3.org/2000/svg";
  const TYPING = "input, textarea, select, [contenteditable]";
  const ROWS = "#main .rowset tbody tr, #main .rows > *, #main .chron > li";
  const REACHED = "a[href], summary, button:not([disabled])";
  const LATER_MS = 90; // between two letters; what was asked before is then not asked at all
  const TOAST_MS = 9000;
  const SECOND_MS = 1500; // for the letter after g
  let items = [], chosen = -1, asked = null, stale = true, entered = false, wait = 0, places = null, after = -Infinity;

  const shown = (node) => node.getClientRects().length > 0;
  const singles = () => !/(^|; )keys=off/.test(document.cookie);

  function make(tag, attributes, ...inside) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...inside.filter(Boolean));
    return node;
  }

  function icon(name) {
    const svg = document.createElementNS(SVG, "svg"), use = document.createElementNS(SVG, "use");
    const drawn = { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" };
    for (const [key, value] of Object.entries(drawn)) svg.setAttribute(key, value);
    use.setAttribute("href", `${by("palette").dataset.icons}#${name}`);
    svg.append(use);
    return svg;
  }

  const keyed = (keys) => keys.split(" ").map((key) => make("kbd", {}, key));

  // Something that may lie in a fold is brought into sight; a form is entered at its first field.
  function reveal(node, enter) {
    for (let fold = node; fold; fold = fold.parentElement) if (fold.tagName === "DETAILS") fold.open = true;
    if (!enter) return;
    const within = node.matches(`${TYPING}, ${REACHED}`) ? node : node.querySelector("input:not([type=hidden]), textarea, select, button");
    node.scrollIntoView({ block: "center" });
    if (within) within.focus();
    else { node.tabIndex = -1; node.focus(); }
  }

  const aim = () => location.hash.length > 1 && location.hash !== "#main" && by(decodeURIComponent(location.hash.slice(1)));

  function unfold() {
    const target = aim();
    if (target) reveal(target, false);
  }

  // Once all is loaded: while it loads, the browser takes the focus away from what the address does not name itself.
  function arrive() {
    const target = aim(), enter = sessionStorage.getItem("enter") !== null;
    sessionStorage.removeItem("enter");
    if (target) reveal(target, enter || target.matches("form, textarea"));
  }

  function follow(href) {
    const to = new URL(href, location.href);
    if (to.origin !== location.origin) return;
    const stays = to.pathname === location.pathname && to.hash;
    const target = stays && by(to.hash.slice(1));
    if (target) { history.replaceState(null, "", to.hash); reveal(target, true); return; }
    if (to.hash) sessionStorage.setItem("enter", "");
    location.assign(to.href);
  }

  // Headings and the main acts of the page itself: only it knows them.
  function here(words) {
    const found = [], said = new Set();
    for (const node of document.querySelectorAll("#main h2[id], #main .btn.primary:not([disabled])")) {
      const title = node.textContent.trim().replace(/\s+/g, " ");
      if (!title || said.has(title) || !words.every((word) => title.toLowerCase().includes(word))) continue;
      if (!shown(node) && !node.closest("details:not([open])")) continue;
      said.add(title);
      found.push({ title, about: "", key: "", icon: node.matches("h2") ? "arrow-right" : "circle-dot", node: node.closest("form") && node.matches("button") ? node : node.matches("a") ? node : node.parentElement });
    }
    return found.slice(0, 12);
  }

  // What stands in the menu beside the places the server names.
  function inMenu(groups, words) {
    const known = new Set(groups.flatMap((group) => group.items).map((item) => item.href));
    return [...document.querySelectorAll(".menu a[href]:not([data-palette])")].map((node) => ({ title: told(node), about: "", key: "", icon: "arrow-right", href: node.getAttribute("href") })).filter((item) => !known.has(item.href) && words.every((word) => item.title.toLowerCase().includes(word)));
  }

  function list(groups) {
    const box = by("palette-list");
    box.replaceChildren();
    items = [];
    groups.forEach((group, at) => {
      const part = make("div", { role: "group", "aria-labelledby": `palette-${at}` }, make("div", { class: "overline", id: `palette-${at}`, role: "presentation" }, group.name));
      for (const item of group.items) {
        const row = make("div", { role: "option", id: `option-${items.length}`, "aria-selected": "false" }, icon(item.icon), make("span", {}, item.title), item.about && make("small", {}, item.about));
        if (item.key) row.append(make("span", { class: "chord" }, ...keyed(`g ${item.key}`)));
        items.push({ ...item, row });
        part.append(row);
      }
      box.append(part);
    });
    const say = by("palette").dataset;
    by("palette-said").textContent = items.length ? say.found.replace("{number}", items.length) : say.none;
    choose(items.length ? 0 : -1);
  }

  function choose(at) {
    if (items[chosen]) items[chosen].row.setAttribute("aria-selected", "false");
    chosen = at;
    const item = items[chosen], field = by("palette-field");
    if (!item) { field.removeAttribute("aria-activedescendant"); return; }
    item.row.setAttribute("aria-selected", "true");
    item.row.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", item.row.id);
  }

  function go(item) {
    by("palette").close();
    if (item.node) item.node.matches("a[href]") ? follow(item.node.href) : reveal(item.node, true);
    else follow(item.href);
  }

  async function ask(words, signal) {
    const query = new URLSearchParams({ q: words, at: location.pathname });
    const answer = await fetch(`/go/find?${query}`, { signal, headers: { accept: "application/json" } });
    if (answer.status === 401) location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
    return answer.ok ? (await answer.json()).groups : [];
  }

  async function find() {
    if (asked) asked.abort();
    const mine = asked = new AbortController();
    const typed = by("palette-field").value.trim();
    try {
      const groups = await ask(typed, mine.signal), words = typed.toLowerCase().split(/\s+/).filter(Boolean), own = here(words);
      if (own.length) groups.splice(groups.filter((group) => group.here).length, 0, { name: by("palette").dataset.here, items: own });
      const others = inMenu(groups, words);
      if (others.length) groups.push({ name: by("palette").dataset.menu, items: others });
      list(groups);
      if (by("palette-field").value.trim() === typed) { age(false); if (entered) enter(); }
    } catch (error) {
      if (error.name !== "AbortError") by("palette-said").textContent = by("palette").dataset.silent;
    }
  }

  function openPalette() {
    const dialog = by("palette");
    if (dialog.open) return dialog.close();
    for (const other of document.querySelectorAll("dialog[open]")) other.close();
    by("palette-field").value = "";
    age(true);
    dialog.showModal();
    by("palette-field").focus();
    find();
  }

  // What the list shows may answer what was typed before: then Enter waits for what was typed last.
  function age(old) {
    stale = old;
    if (old) entered = false;
    by("palette-list").setAttribute("aria-busy", String(old));
  }

  function enter() {
    entered = stale;
    if (stale) { clearTimeout(wait); find(); }
    else if (items[chosen]) go(items[chosen]);
  }

  function onPaletteKey(event) {
    const last = items.length - 1;
    const to = { ArrowDown: chosen < last ? chosen + 1 : 0, ArrowUp: chosen > 0 ? chosen - 1 : last, PageDown: Math.min(chosen + 8, last), PageUp: Math.max(chosen - 8, 0) }[event.key];
    if (event.isComposing) return;
    if (to !== undefined && last >= 0) { event.preventDefault(); choose(to); }
    else if (event.key === "Enter") { event.preventDefault(); enter(); }
  }

  async function load() {
    places = places || ask("", undefined).then((groups) => groups.flatMap((group) => group.items).filter((item) => item.key));
    return places;
  }

  function told(node) {
    const copy = ((node.labels && node.labels[0]) || node).cloneNode(true);
    for (const beside of copy.querySelectorAll(".tally-mark, kbd")) beside.remove();
    return (node.getAttribute("aria-label") || copy.textContent).trim().replace(/\s+/g, " ");
  }

  function line(words, keys) {
    return make("div", {}, make("dt", {}, words), make("dd", {}, ...keyed(keys)));
  }

  async function openKeys() {
    const off = !singles();
    by("keys-off").setAttribute("aria-pressed", String(off));
    by("keys-here").replaceChildren(...[...document.querySelectorAll("[data-key]")].filter((node) => shown(node) || node.closest("[popover]")).map((node) => line(told(node), node.dataset.key)));
    const acts = document.querySelector("[data-row-said]");
    if (acts) by("keys-here").append(line(acts.dataset.rowSaid, "x"));
    if (!by("keys").open) by("keys").showModal();
    by("keys-go").replaceChildren(...(await load()).map((place) => line(place.title, `g ${place.key}`)));
  }

  function step(way) {
    const rows = [...document.querySelectorAll(ROWS)].filter((row) => shown(row) && row.querySelector(REACHED));
    let at = rows.length - 1;
    while (at >= 0 && !rows[at].contains(document.activeElement)) at -= 1;
    const next = at < 0 ? (way > 0 ? 0 : rows.length - 1) : at + way;
    if (!rows[next]) return;
    [...rows[next].querySelectorAll(REACHED)].find(shown).focus();
    rows[next].scrollIntoView({ block: "nearest" });
  }

  // The act of the row one is on: a button is pressed, a fold is opened and entered at its first field.
  function actOnRow() {
    const row = document.activeElement && document.activeElement.closest(ROWS);
    const act = row && row.querySelector("[data-row-key]");
    if (!act) return false;
    if (act.tagName === "SUMMARY") reveal(act.parentElement, true);
    else act.click();
    return true;
  }

  function press(key) {
    const target = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((node) => shown(node) || node.closest("[popover]"));
    if (!target) return false;
    if (target.matches("input, textarea, select")) target.focus();
    else target.click();
    return true;
  }

  function onKey(event) {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      return openPalette();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.target.closest(TYPING)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (!singles()) return;
    const led = event.timeStamp - after < SECOND_MS;
    after = -Infinity;
    if (led) {
      event.preventDefault();
      load().then((found) => { const place = found.find((one) => one.key === event.key); if (place) location.assign(place.href); });
    } else if (event.key === "g") { after = event.timeStamp; load(); }
    else if (event.key === "?") openKeys();
    else if (event.key === "j" || event.key === "k") { event.preventDefault(); step(event.key === "j" ? 1 : -1); }
    else if (event.key === "x" && actOnRow()) event.preventDefault();
    else if (press(event.key)) event.preventDefault();
    else if (event.key === "/") { event.preventDefault(); openPalette(); }
  }

  function onClick(event) {
    const opener = event.target.closest("[data-palette]");
    if (opener && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) { event.preventDefault(); openPalette(); return; }
    const option = event.target.closest("#palette-list [role=option]");
    if (option) go(items.find((item) => item.row === option));
    else if (event.target.matches("dialog.palette, dialog.keys")) event.target.close();
    else if (event.target.closest("[data-dismiss]")) event.target.closest(".toast").remove();
    else if (event.target.closest("#keys-off")) {
      document.cookie = `keys=${singles() ? "off" : "on"}; path=/; max-age=31536000; samesite=lax`;
      by("keys-off").setAttribute("aria-pressed", String(!singles()));
    }
  }

  // A toast is read out once the page stands, and goes by itself unless somebody is on it. The log keeps it.
  function toast() {
    const node = by("toast");
    setTimeout(() => {
      const said = [by("toast-words"), document.querySelector("#restored:not([hidden]) p")].filter(Boolean);
      by("spoken").textContent = said.map((one) => one.firstChild.textContent.trim()).join(" ");
    }, 300);
    if (!node) return;
    node.dataset.ready = "";
    const end = () => (node.matches(":hover, :focus-within") ? setTimeout(end, 2000) : node.remove());
    setTimeout(end, TOAST_MS);
  }

  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  window.addEventListener("hashchange", arrive);
  document.addEventListener("DOMContentLoaded", () => {
    by("palette-field").addEventListener("keydown", onPaletteKey);
    by("palette-field").addEventListener("input", () => { age(true); clearTimeout(wait); wait = setTimeout(find, LATER_MS); });
    unfold();
    toast();
  });
  window.addEventListener("load", () => setTimeout(arrive));
})();
