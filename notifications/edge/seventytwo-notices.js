/* <seventytwo-notices>: shows a reader the notices that concern them, inside the pages of the host.
 *
 * One file, no framework. It begins after the page has loaded, waits two seconds for an answer and no longer, and
 * shows nothing at all when none comes or it is not of the right form: the page stays as it is. It makes elements and
 * puts text into them; no HTML is read, no style or script is inline (strict content policies and Trusted Types hold).
 *
 *   <seventytwo-notices src="https://notices.example" token-url="/notices-token"></seventytwo-notices>
 *
 * Attributes: src, where the edge answers (else where this file came from); token-url, a route of the page's own
 * server that answers {"token": "…"} or 204; locale, the language (else the reader's own); placement, "inline" or
 * "corner"; heading, the level of its heading (2); every, seconds between two looks (300); scheme, "light" or "dark"
 * (else the page's color-scheme). Property tokenSource: a function that gives the token, instead of token-url.
 * Event seventytwo-unread, with detail.unread and detail.total. Method refresh().
 */

const HOME = new URL(import.meta.url).origin;
const PATIENCE = 2000; // milliseconds for one answer
const LARGEST = 2 ** 21; // bytes of one answer
const MOST = { notices: 50, blocks: 400, lines: 200, spans: 100, letters: 20000 };
const SAFE = new Set(["https:", "mailto:", "tel:"]);

const WORDS = {
  en: ["Security notices", "Unread", "Read on", "Mark as read", "Marked as read.", "Close", "This is recorded, so that you are not asked again.", "You are looking on somebody’s behalf: nothing is recorded."],
  de: ["Sicherheitshinweise", "Ungelesen", "Gelesen am", "Als gelesen markieren", "Als gelesen markiert.", "Schließen", "Das wird vermerkt, damit Sie nicht erneut gefragt werden.", "Sie sehen dies im Namen einer anderen Person: Es wird nichts vermerkt."],
  es: ["Avisos de seguridad", "Sin leer", "Leído el", "Marcar como leído", "Marcado como leído.", "Cerrar", "Queda registrado para no volver a preguntarle.", "Está mirando en nombre de otra persona: no se registra nada."],
  fr: ["Avis de sécurité", "Non lu", "Lu le", "Marquer comme lu", "Marqué comme lu.", "Fermer", "Cela est enregistré, pour ne plus vous le demander.", "Vous consultez au nom d’une autre personne : rien n’est enregistré."],
  it: ["Avvisi di sicurezza", "Da leggere", "Letto il", "Segna come letto", "Segnato come letto.", "Chiudi", "Viene registrato, così non le sarà chiesto di nuovo.", "Sta guardando per conto di un’altra persona: non viene registrato nulla."],
  nl: ["Beveiligingsmeldingen", "Ongelezen", "Gelezen op", "Markeren als gelezen", "Gemarkeerd als gelezen.", "Sluiten", "Dit wordt vastgelegd, zodat het u niet opnieuw wordt gevraagd.", "U kijkt namens iemand anders: er wordt niets vastgelegd."],
  pl: ["Powiadomienia o bezpieczeństwie", "Nieprzeczytane", "Przeczytano", "Oznacz jako przeczytane", "Oznaczono jako przeczytane.", "Zamknij", "Zostanie to zapisane, aby nie pytać ponownie.", "Przeglądasz w imieniu innej osoby: nic nie jest zapisywane."],
  "pt-BR": ["Avisos de segurança", "Não lido", "Lido em", "Marcar como lido", "Marcado como lido.", "Fechar", "Isso fica registrado, para que não seja perguntado de novo.", "Você está vendo em nome de outra pessoa: nada é registrado."],
};
const NAMES = ["title", "unread", "readOn", "mark", "marked", "close", "recorded", "behalf"];

const SHEET = new CSSStyleSheet();
SHEET.replaceSync(`
:host { display: none; }
:host([scheme="light"]) { color-scheme: light; }
:host([scheme="dark"]) { color-scheme: dark; }
.frame {
  --surface: var(--seventytwo-surface, #ffffff); --ink: var(--seventytwo-ink, #18202b);
  --quiet: var(--seventytwo-quiet, #55606f); --line: var(--seventytwo-line, #d5dae1);
  --accent: var(--seventytwo-accent, #1b5c8a); --on-accent: var(--seventytwo-on-accent, #ffffff);
  --unread: var(--seventytwo-unread, #a84300); --unread-soft: var(--seventytwo-unread-soft, #fdf1e7);
  --radius: var(--seventytwo-radius, 10px); --shadow: var(--seventytwo-shadow, 0 1px 2px #0f1a2a14, 0 6px 20px #0f1a2a14);
}
@supports (color: light-dark(#000, #fff)) {
  .frame {
    --surface: var(--seventytwo-surface, light-dark(#ffffff, #1a212b)); --ink: var(--seventytwo-ink, light-dark(#18202b, #e8edf4));
    --quiet: var(--seventytwo-quiet, light-dark(#55606f, #a5b1c2)); --line: var(--seventytwo-line, light-dark(#d5dae1, #364151));
    --accent: var(--seventytwo-accent, light-dark(#1b5c8a, #8cc6f2)); --on-accent: var(--seventytwo-on-accent, light-dark(#ffffff, #0d1a26));
    --unread: var(--seventytwo-unread, light-dark(#a84300, #f7b267)); --unread-soft: var(--seventytwo-unread-soft, light-dark(#fdf1e7, #33261a));
  }
}
.frame {
  font-family: var(--seventytwo-font, inherit); font-size: var(--seventytwo-size, 15px); font-weight: 400; font-style: normal; line-height: 1.55;
  color: var(--ink); background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius); box-shadow: var(--shadow);
  text-align: start; text-transform: none; letter-spacing: normal; white-space: normal; overflow-wrap: anywhere; overflow: clip;
}
*, *::before, *::after { box-sizing: border-box; }
h1, h2, h3, h4, h5, h6, p, ul, ol, dl, dd { margin: 0; padding: 0; font: inherit; }
button { font: inherit; color: inherit; background: none; border: 0; padding: 0; margin: 0; cursor: pointer; text-align: start; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 6px; }
.said { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.head { display: flex; align-items: center; gap: 10px; padding: 12px 18px; border-block-end: 1px solid var(--line); }
.title { font-weight: 650; font-size: .95em; color: var(--quiet); flex: 1; min-width: 0; }
.badge { font-size: .82em; font-weight: 650; color: var(--unread); background: var(--unread-soft); border-radius: 99px; padding: 2px 10px; white-space: nowrap; }
.list { list-style: none; }
.notice { position: relative; padding: 14px 18px; }
li + li .notice { border-block-start: 1px solid var(--line); }
.notice.new::before { content: ""; position: absolute; inset-block: 0; inset-inline-start: 0; width: 4px; background: var(--unread); }
.toggle { display: flex; gap: 12px; align-items: flex-start; width: 100%; min-height: 24px; font-weight: 650; font-size: 1.07em; line-height: 1.35; }
.toggle > span { flex: 1; min-width: 0; text-wrap: pretty; }
.read .toggle { font-weight: 500; }
.toggle::after { content: ""; flex: none; width: 8px; height: 8px; margin: 5px 4px 0; border: solid var(--quiet); border-width: 0 2px 2px 0; transform: rotate(45deg); }
.toggle[aria-expanded="true"]::after { transform: translateY(4px) rotate(225deg); }
.toggle:hover > span { text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: 3px; }
.meta { font-size: .87em; color: var(--quiet); display: flex; flex-wrap: wrap; gap: 0 10px; margin-block-start: 3px; }
.new .state { color: var(--unread); font-weight: 650; }
.teaser { margin-block-start: 6px; color: var(--quiet); display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; max-width: 68ch; }
.body { padding-block-start: 12px; max-width: 68ch; }
.body > * + * { margin-block-start: 10px; }
.body .heading { font-weight: 650; font-size: 1.03em; margin-block-start: 18px; }
.body .heading + * { margin-block-start: 3px; }
.body > :first-child { margin-block-start: 0; }
.body ul, .body ol { padding-inline-start: 1.35em; list-style: disc; }
.body ol { list-style: decimal; }
.body li + li { margin-block-start: 3px; }
.body li::marker { color: var(--quiet); }
.body a { color: var(--accent); text-decoration: underline; text-underline-offset: 2px; }
.body dl { display: grid; grid-template-columns: minmax(7em, auto) 1fr; gap: 3px 16px; }
.body dt { color: var(--quiet); }
.foot { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 14px; padding-block-start: 16px; }
.mark { min-height: 40px; padding: 7px 16px; border-radius: calc(var(--radius) - 2px); background: var(--accent); color: var(--on-accent); font-weight: 600; }
.mark:hover, .pill:hover { filter: brightness(1.08); }
.hint { font-size: .87em; color: var(--quiet); }
.behalf { padding: 10px 18px; font-size: .9em; color: var(--quiet); background: var(--unread-soft); }
[hidden] { display: none !important; }
.corner { position: fixed; z-index: var(--seventytwo-layer, 2147483000); inset-block-end: 20px; inset-inline-end: 20px; width: min(440px, calc(100vw - 40px)); max-height: min(72vh, 680px); max-height: min(72dvh, 680px); display: flex; flex-direction: column; box-shadow: 0 2px 6px #0f1a2a26, 0 18px 48px #0f1a2a40; }
.corner .list { overflow-y: auto; overscroll-behavior: contain; }
.shut { flex: none; position: relative; width: 32px; height: 32px; border-radius: 8px; margin-inline-end: -8px; }
.shut::before, .shut::after { content: ""; position: absolute; inset: 15px 8px auto; height: 2px; background: var(--quiet); transform: rotate(45deg); }
.shut::after { transform: rotate(-45deg); }
.pill { position: fixed; z-index: var(--seventytwo-layer, 2147483000); inset-block-end: 20px; inset-inline-end: 20px; max-width: calc(100vw - 40px); min-height: 48px; width: auto; display: flex; align-items: center; gap: 12px; padding: 10px 18px; border-radius: 28px; font-weight: 600; text-wrap: balance; box-shadow: 0 2px 6px #0f1a2a26, 0 10px 30px #0f1a2a33; }
.pill::before { content: ""; flex: none; width: 10px; height: 10px; border-radius: 50%; background: var(--unread); }
@media (max-width: 520px) {
  .corner { inset: auto 0 0; width: 100%; max-height: 82vh; max-height: 82dvh; border-radius: var(--radius) var(--radius) 0 0; border-inline: 0; border-block-end: 0; padding-block-end: env(safe-area-inset-bottom); }
  .head, .notice, .behalf { padding-inline: 16px; }
  .mark { width: 100%; min-height: 44px; text-align: center; }
}
@media (prefers-reduced-motion: no-preference) {
  .frame, .pill { animation: come .18s ease-out; }
  .toggle::after { transition: transform .15s; }
  @keyframes come { from { opacity: 0; } }
}
@media (forced-colors: active) {
  .notice.new::before, .pill::before { background: Highlight; }
  .mark, .pill { border: 1px solid ButtonText; }
}
@media print { .pill, .foot, .shut { display: none; } .corner { position: static; max-height: none; } }
`);
const SHOWN = new CSSStyleSheet();
SHOWN.replaceSync(":host { display: block; }");
const APART = new CSSStyleSheet(); // in the corner it has no box in the page's flow: a margin the page gives it moves nothing
APART.replaceSync(":host { display: contents; }");

class Notices extends HTMLElement {
  static observedAttributes = ["locale", "src", "token-url", "placement", "heading"];

  tokenSource = null;
  #root = this.attachShadow({ mode: "open" });
  #cards = new Map(); // id → what is shown of it
  #owed = new Set(); // read here, and the edge does not know yet
  #known = []; // notices as last told
  #token = "";
  #tag = "";
  #behalf = false;
  #open = false; // the panel in the corner
  #timer = 0;
  #looked = 0;
  #begun = false;
  #parts = null;
  #stop = null;

  get unread() {
    return this.#known.filter((one) => !one.readAt).length;
  }

  connectedCallback() {
    this.#root.adoptedStyleSheets = [SHEET];
    this.#stop = new AbortController();
    document.addEventListener("visibilitychange", this.#seen, { signal: this.#stop.signal });
    loaded().then(() => this.isConnected && ((this.#begun = true), this.refresh()));
  }

  disconnectedCallback() {
    this.#stop?.abort();
    clearTimeout(this.#timer);
    [this.#begun, this.#known, this.#tag] = [false, [], ""];
    this.#clear();
  }

  attributeChangedCallback(_name, before, after) {
    if (!this.#begun || before === after) return;
    this.#tag = "";
    this.#clear();
    this.refresh();
  }

  /** Ask again now. Never rejects. */
  async refresh() {
    clearTimeout(this.#timer);
    this.#looked = Date.now();
    try {
      await this.#look();
    } catch {
      // slow, down or lying: what is shown stays as it is
    }
    clearTimeout(this.#timer);
    if (this.#begun) this.#timer = setTimeout(() => document.hidden || this.refresh(), this.#pause());
  }

  #seen = () => {
    if (this.#begun && !document.hidden && Date.now() - this.#looked > 60000) this.refresh();
  };

  #pause() {
    const seconds = Number(this.getAttribute("every"));
    return 1000 * (Number.isFinite(seconds) && seconds > 0 ? Math.max(30, seconds) : 300);
  }

  async #look() {
    this.#token = await this.#fresh();
    if (!this.#token) return this.#known.length ? this.#show([], false) : undefined;
    for (const id of this.#owed) await this.#tell(id);
    const wanted = this.getAttribute("locale") || "";
    const query = /^[A-Za-z0-9-]{2,16}$/.test(wanted) ? `?locale=${wanted}` : "";
    const answer = await this.#ask("GET", query, this.#tag ? { "If-None-Match": this.#tag } : {});
    if (answer.status !== 200 || !this.isConnected) return undefined;
    const said = JSON.parse(answer.text);
    if (!Array.isArray(said.notices)) return undefined;
    const found = said.notices.slice(0, MOST.notices).map(readNotice).filter(Boolean);
    for (const one of found) if (this.#owed.has(one.id)) one.readAt ||= new Date();
    this.#tag = answer.tag;
    return this.#show(found, said.impersonated === true);
  }

  async #fresh() {
    if (typeof this.tokenSource === "function") return word(await within(this.tokenSource()));
    const url = this.getAttribute("token-url");
    if (!url) return word(this.getAttribute("token"));
    const answer = await ask(new URL(url, document.baseURI), { credentials: "same-origin", headers: { Accept: "application/json" } });
    return answer.status === 200 ? word(JSON.parse(answer.text).token) : "";
  }

  #ask(method, path, headers = {}) {
    const home = (this.getAttribute("src") || HOME).replace(/\/+$/, "");
    const more = { ...headers, Authorization: `Bearer ${this.#token}` };
    return ask(new URL(`${home}/api/in-app/notices${path}`, document.baseURI), { method, headers: more, credentials: "omit" });
  }

  async #tell(id) {
    try {
      let answer = await this.#ask("POST", `/${id}/receipts`);
      if (answer.status === 401 && (this.#token = await this.#fresh())) answer = await this.#ask("POST", `/${id}/receipts`);
      if (answer.status === 201 || answer.status === 404) this.#owed.delete(id);
    } catch {
      // told with the next look
    }
  }

  #show(found, behalf) {
    const before = this.unread;
    if (behalf !== this.#behalf) this.#clear();
    [this.#known, this.#behalf] = [found, behalf];
    if (!found.length) this.#clear();
    else this.#draw();
    this.#tellPage();
    if (this.unread > before) this.#say(`${this.#words.title}. ${this.#words.unread}: ${this.unread}`);
  }

  #clear() {
    this.#root.adoptedStyleSheets = [SHEET];
    this.#root.replaceChildren();
    this.#cards.clear();
    this.#parts = null;
  }

  get #words() {
    const wanted = this.getAttribute("locale") || this.closest("[lang]")?.lang || navigator.language || "en";
    const key = Object.keys(WORDS).find((one) => one.toLowerCase() === wanted.toLowerCase())
      || Object.keys(WORDS).find((one) => one.split("-")[0] === wanted.split("-")[0].toLowerCase()) || "en";
    const near = [wanted, ...navigator.languages].find((one) => one.includes("-") && one.split("-")[0] === key.split("-")[0]);
    return { locale: key, dates: near || key, ...Object.fromEntries(NAMES.map((name, at) => [name, WORDS[key][at]])) };
  }

  get #level() {
    const asked = Number(this.getAttribute("heading"));
    return asked >= 1 && asked <= 4 ? asked : 2;
  }

  #draw() {
    this.#parts ||= this.#build();
    const { list, badge, pill, frame, behalf } = this.#parts;
    for (const [id, card] of this.#cards) if (!this.#known.some((one) => one.id === id)) card.item.remove(), this.#cards.delete(id);
    this.#known.forEach((one, at) => {
      const card = this.#cards.get(one.id) || this.#card(one);
      if (list.children[at] !== card.item) list.insertBefore(card.item, list.children[at] || null); // else focus stays
      this.#state(card, one);
    });
    badge.textContent = `${this.#words.unread}: ${this.unread}`;
    badge.hidden = !this.unread;
    behalf.hidden = !this.#behalf;
    if (pill) {
      pill.textContent = `${this.#words.title} (${this.unread})`;
      pill.hidden = this.#open || !this.unread;
      frame.hidden = !this.#open;
    }
    const shown = this.getAttribute("placement") === "corner" ? APART : SHOWN;
    if (this.#root.adoptedStyleSheets.at(-1) !== shown) this.#root.adoptedStyleSheets = [SHEET, shown];
  }

  #build() {
    const words = this.#words, corner = this.getAttribute("placement") === "corner";
    const said = make("p", { class: "said", role: "status" });
    const title = make(`h${this.#level}`, { class: "title", part: "title", id: "title", tabindex: "-1" }, words.title);
    const badge = make("span", { class: "badge", part: "badge" });
    const head = make("div", { class: "head", part: "head" }, title, badge);
    const behalf = make("p", { class: "behalf", part: "behalf" }, words.behalf);
    const list = make("ul", { class: "list", part: "list", role: "list" });
    const frame = make("section", { class: corner ? "frame corner" : "frame", part: "region", "aria-labelledby": "title" }, head, behalf, list);
    this.#root.replaceChildren(make("div", { lang: words.locale }, said, frame));
    const parts = { said, title, badge, behalf, list, frame, pill: null };
    if (corner) this.#buildCorner(parts, head, words);
    return parts;
  }

  #buildCorner(parts, head, words) {
    parts.pill = make("button", { class: "frame pill", part: "pill", type: "button", "aria-expanded": "false" });
    const shut = make("button", { class: "shut", part: "close", type: "button", "aria-label": words.close });
    const turn = (open) => {
      this.#open = open;
      this.#draw();
      if (open) parts.title.focus();
      else if (!parts.pill.hidden) parts.pill.focus();
    };
    parts.pill.addEventListener("click", () => turn(true));
    shut.addEventListener("click", () => turn(false));
    parts.frame.addEventListener("keydown", (event) => {
      if (event.key === "Escape") event.stopPropagation(), turn(false);
    });
    head.append(shut);
    parts.frame.before(parts.pill);
  }

  #card(one) {
    const words = this.#words, body = make("div", { class: "body", part: "body", id: `b-${one.id}`, lang: one.locale, dir: "auto", hidden: "" });
    const subject = make("span", { lang: one.locale, dir: "auto" }, one.subject);
    const toggle = make("button", { class: "toggle", part: "toggle", type: "button", "aria-expanded": "false", "aria-controls": body.id }, subject);
    const heading = make(`h${this.#level + 1}`, { part: "subject" }, toggle);
    const state = make("span", { class: "state", part: "state" });
    const at = make("time", { datetime: one.at.toISOString() }, dated(one.at, words.dates));
    const said = one.blocks.filter((block) => block.kind === "paragraph").map((block) => block.lines.map(plain).join(" "));
    const first = said.find((text) => text.length > 40) || said[0] || ""; // no salutation
    const teaser = make("p", { class: "teaser", part: "teaser", lang: one.locale, dir: "auto" }, first.slice(0, 300));
    const mark = make("button", { class: "mark", part: "mark", type: "button" }, words.mark);
    const foot = make("div", { class: "foot", part: "foot" }, mark, make("span", { class: "hint" }, words.recorded));
    body.append(...one.blocks.map((block) => drawBlock(block, this.#level + 2)), foot);
    const article = make("article", { class: "notice", part: "notice" }, heading, make("p", { class: "meta", part: "meta" }, at, state), teaser, body);
    const card = { item: make("li", {}, article), article, toggle, state, teaser, body, foot, mark };
    toggle.addEventListener("click", () => fold(card, body.hidden));
    mark.addEventListener("click", () => this.#mark(card, one.id));
    this.#cards.set(one.id, card);
    return card;
  }

  #state(card, one) {
    const words = this.#words;
    card.article.className = one.readAt ? "notice read" : "notice new";
    card.article.part = one.readAt ? "notice" : "notice unread";
    card.state.textContent = one.readAt ? `${words.readOn} ${dated(one.readAt, words.dates)}` : words.unread;
    card.foot.hidden = Boolean(one.readAt) || this.#behalf;
  }

  #mark(card, id) {
    const one = this.#known.find((known) => known.id === id);
    if (!one || one.readAt) return;
    one.readAt = new Date();
    this.#tag = "";
    this.#owed.add(id);
    card.toggle.focus();
    fold(card, false);
    this.#draw();
    this.#say(this.#words.marked);
    this.#tellPage();
    this.#tell(id);
  }

  #say(text) {
    const said = this.#parts?.said; // there before it speaks, or nobody hears it
    if (said) setTimeout(() => (said.textContent = text), 150);
  }

  #tellPage() {
    const detail = { unread: this.unread, total: this.#known.length };
    this.dispatchEvent(new CustomEvent("seventytwo-unread", { detail, bubbles: true, composed: true }));
  }
}

function loaded() {
  if (document.readyState === "complete") return Promise.resolve();
  return new Promise((done) => addEventListener("load", () => setTimeout(done), { once: true }));
}

function within(promise) {
  let timer;
  const late = new Promise((_, fail) => (timer = setTimeout(fail, PATIENCE)));
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function ask(url, options) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const answer = await fetch(url, { ...options, signal: stop.signal, cache: "no-store", redirect: "error", referrerPolicy: "no-referrer" });
    const text = answer.status === 200 ? await bounded(answer) : "";
    return { status: answer.status, text, tag: answer.headers.get("etag") || "" };
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
}

async function bounded(answer) {
  const reader = answer.body.getReader(), decoder = new TextDecoder();
  let text = "", size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.length;
    if (size > LARGEST) throw new RangeError("too much");
    text += decoder.decode(value, { stream: true });
  }
}

const list = (value, most) => (Array.isArray(value) ? value.slice(0, most) : []);
const word = (value) => (typeof value === "string" ? value.slice(0, MOST.letters) : "");
const plain = (line) => line.map((span) => span.text).join("");

function moment(value) {
  const at = typeof value === "string" ? new Date(value) : new Date(NaN);
  return Number.isNaN(at.getTime()) ? null : at;
}

function readNotice(said) {
  const at = moment(said?.published_at);
  if (!at || !/^[0-9a-f]{32}$/.test(said.id) || !word(said.subject)) return null;
  const locale = /^[A-Za-z0-9-]{2,16}$/.test(said.locale) ? said.locale : "";
  return { id: said.id, subject: word(said.subject), locale, at, readAt: moment(said.read_at), blocks: list(said.blocks, MOST.blocks).map(readBlock) };
}

function readBlock(said) {
  const lines = list(said?.lines, MOST.lines).map((line) => list(line, MOST.spans).map((span) => ({ text: word(span?.text), href: safe(span?.href) })));
  return { kind: word(said?.kind), labels: list(said?.labels, MOST.lines).map(word), lines };
}

function safe(value) {
  try {
    return SAFE.has(new URL(word(value)).protocol) ? value : "";
  } catch {
    return "";
  }
}

function drawBlock({ kind, labels, lines }, level) {
  if (kind === "title" || kind === "heading") return make(`h${Math.min(level, 6)}`, { class: "heading" }, ...lines.flatMap(drawLine));
  if (kind === "bullets" || kind === "numbers") return make(kind === "bullets" ? "ul" : "ol", {}, ...lines.map((line) => make("li", {}, ...drawLine(line))));
  if (kind === "facts") return make("dl", {}, ...lines.flatMap((line, at) => [make("dt", {}, labels[at] || ""), make("dd", {}, ...drawLine(line))]));
  return make("p", {}, ...lines.flatMap((line, at) => [...(at ? [make("br")] : []), ...drawLine(line)]));
}

function drawLine(line) {
  return line.map(({ text, href }) => {
    if (!href) return text;
    const away = href.startsWith("https:") ? { target: "_blank", rel: "noopener noreferrer" } : {};
    return make("a", { href, ...away }, text);
  });
}

function fold({ toggle, body, teaser }, open) {
  toggle.setAttribute("aria-expanded", String(open));
  body.hidden = !open;
  teaser.hidden = open;
}

function dated(at, locale) {
  try {
    return new Intl.DateTimeFormat(locale, { dateStyle: "long" }).format(at);
  } catch {
    return at.toISOString().slice(0, 10);
  }
}

function make(name, attributes = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
}

if (!customElements.get("seventytwo-notices")) customElements.define("seventytwo-notices", Notices);
