// The editor of a notice: line numbers that follow what is typed, links that lead to their line, the preview as it goes.
(() => {
  "use strict";
  const field = () => document.querySelector(".lined textarea");

  // Each line of the field stands behind it with its number, marked as the last check found it.
  function number() {
    const text = field(), rows = document.querySelector(".mirror");
    if (!text || !rows) return;
    const lines = text.value.split("\n"), levels = {};
    for (const place of document.querySelectorAll("#findings a[data-level][href^='#']")) levels[place.dataset.line] = place.dataset.level;
    while (rows.children.length > lines.length) rows.lastElementChild.remove();
    lines.forEach((line, at) => {
      const row = rows.children[at] || rows.appendChild(document.createElement("div"));
      if (!row.firstElementChild) row.append(document.createElement("span"));
      row.id = `line-${at + 1}`;
      row.className = levels[at + 1] || "";
      if (row.firstElementChild.textContent !== line) row.firstElementChild.textContent = line;
    });
  }

  function enter(line) {
    const text = field(), lines = text ? text.value.split("\n") : [];
    if (!(line > 0 && line <= lines.length)) return false;
    const begin = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    text.focus({ preventScroll: true });
    text.setSelectionRange(begin, begin + lines[line - 1].length);
    const row = document.getElementById(`line-${line}`);
    if (row) row.scrollIntoView({ block: "center" });
    return true;
  }

  function onClick(event) {
    const link = event.target.closest("a[data-line]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    if (link.getAttribute("href").startsWith("#") && enter(Number(link.dataset.line))) event.preventDefault();
  }

  // Into the frame that is there: no second request, and it stays where it was scrolled to.
  function show() {
    const preview = document.getElementById("preview"), frame = preview && preview.querySelector("iframe");
    if (!frame || preview.dataset.page === undefined) return;
    const inside = frame.contentDocument;
    if (!inside || !inside.body || inside.URL === "about:blank") { frame.addEventListener("load", show, { once: true }); return; }
    const top = inside.scrollingElement.scrollTop;
    inside.documentElement.innerHTML = preview.dataset.page; // read under the policy of the frame, which lets its styles be
    inside.scrollingElement.scrollTop = top;
  }

  // What came back of an earlier visit is checked as if it were typed now.
  function again() {
    const form = document.getElementById("text-form");
    if (form && [...form.elements].some((one) => one.matches("#subject, #text") && one.value !== one.defaultValue)) form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function arrive() {
    const found = /^#line-(\d+)$/.exec(location.hash);
    if (found) enter(Number(found[1]));
  }

  document.addEventListener("input", (event) => { if (event.target.closest("#text-form")) number(); });
  document.addEventListener("click", onClick);
  document.addEventListener("htmx:after:swap", () => { number(); show(); });
  window.addEventListener("load", () => { number(); show(); again(); setTimeout(arrive); });
})();
