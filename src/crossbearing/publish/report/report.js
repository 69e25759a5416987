"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const panel = document.getElementById("panel");
  const title = document.getElementById("panel-title");
  const body = document.getElementById("panel-body");

  const element = (name, text, parent) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (parent) parent.append(made);
    return made;
  };

  const row = (list, name, value) => {
    if (!value) return;
    element("dt", name, list);
    const cell = element("dd", undefined, list);
    if (value instanceof Node) cell.append(value);
    else cell.textContent = value;
  };

  const link = (source, id, lack = " (no public link)") => {
    const words = source ? [source.publisher, source.title].filter(Boolean).join(": ") || id : id;
    if (!source || !source.url) return document.createTextNode(words + lack);
    const made = element("a", words);
    made.href = source.url;
    made.rel = "noopener noreferrer";
    return made;
  };

  const chain = (ids) => {
    const list = element("span");
    ids.forEach((id, n) => list.append(n ? " → " : "", link(data.sources[id], id, "")));
    return ids.length ? list : "";
  };

  const place = (claim, source) => {
    if (claim.copy) return claim.copy + ", your copy" + (claim.locator ? ": " + claim.locator : "");
    const advice = source && !source.url ? " (xb documents attach shows the sentence in your own copy)" : "";
    return claim.locator ? claim.locator + advice : "";
  };

  const entry = (id) => {
    const claim = data.claims[id];
    const box = element("div");
    box.className = "entry";
    if (!claim) {
      element("p", "Claim " + id + " is not in this report.", box);
      return box;
    }
    element("strong", claim.words, box);
    element("span", "  " + claim.entity + ", " + (claim.label || claim.metric), box);
    const list = element("dl", undefined, box);
    const source = data.sources[claim.source];
    row(list, "claim", claim.id);
    row(list, "as written", claim.value + (claim.value.endsWith(claim.unit) ? "" : " " + claim.unit));
    row(list, "about", claim.period || "not dated");
    row(list, "basis", claim.basis);
    row(list, "definition", claim.definition);
    row(list, "says", claim.modality + ", " + claim.status);
    row(list, "source", link(source, claim.source));
    row(list, "published", source && source.published);
    row(list, "chain", chain(claim.via));
    row(list, "first report", claim.origin !== claim.source && !claim.via.includes(claim.origin) ? chain([claim.origin]) : "");
    row(list, "known on", claim.known);
    row(list, "qualified by", claim.qualifiers.map((pair) => pair.join(": ")).join("; "));
    row(list, "place", place(claim, source));
    row(list, "note", claim.note);
    return box;
  };

  const judgment = (name) => {
    const held = data.assumptions[name];
    const box = element("div");
    box.className = "entry";
    element("strong", held ? held.value + " " + held.unit : name, box);
    element("span", held ? "  " + name + ", a judgment" : "  a judgment of the program, see the notes", box);
    if (!held) return box;
    const list = element("dl", undefined, box);
    row(list, "held by", held.author);
    row(list, "since", held.date);
    row(list, "because", held.reason);
    return box;
  };

  const show = (label, formula, ids, judgments) => {
    title.textContent = label;
    body.replaceChildren();
    if (formula) element("p", formula, body);
    const place = (id) => (id in data.order ? data.order[id] : Infinity);
    const told = data.order ? [...ids].sort((a, b) => place(a) - place(b) || 0) : ids;
    const most = 12;
    told.slice(0, most).forEach((id) => body.append(entry(id)));
    const others = told.slice(most);
    if (others.length) {
      const fold = element("details", undefined, body);
      element("summary", "Show " + others.length + " more claims that move it less", fold);
      others.forEach((id) => fold.append(entry(id)));
    }
    judgments.forEach((name) => body.append(judgment(name)));
    const leant = judgments.flatMap((name) => (data.assumptions[name] || {}).claims || []);
    const more = [...new Set(leant)].filter((id) => !ids.includes(id));
    if (more.length) element("h3", "Claims these judgments lean on", body);
    more.forEach((id) => body.append(entry(id)));
    if (!panel.open) panel.showModal();
    panel.scrollTop = 0;
  };

  document.addEventListener("click", (event) => {
    const anchor = event.target.closest('a[href^="#claim-"], a[data-label]');
    if (!anchor || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    const told = anchor.dataset || {};
    const first = decodeURIComponent(anchor.getAttribute("href").replace("#claim-", ""));
    const ids = told.claims === undefined ? [first] : told.claims.split(" ").filter(Boolean);
    const judgments = (told.assumptions || "").split("|").filter(Boolean);
    show(told.label || "Claim " + first, told.formula, ids, judgments);
  });
  panel.addEventListener("click", (event) => {
    if (event.target === panel) panel.close();
  });

  document.querySelectorAll(".chart a[href] > [aria-label]").forEach((mark) => {
    const words = document.createElementNS("http://www.w3.org/2000/svg", "title");
    words.textContent = mark.getAttribute("aria-label");
    mark.append(words);
  });

  document.querySelectorAll("table.register:not(.grid)").forEach((table) => { // on a phone a row stands as a card
    const heads = [...table.querySelectorAll("thead th, thead td")].map((cell) => cell.textContent.trim());
    const lines = [...table.querySelectorAll("tbody tr")];
    const longest = heads.map((_, n) => Math.max(...lines.map((line) => (line.cells[n] ? line.cells[n].textContent : "").trim().length)));
    if (longest.reduce((sum, size) => sum + size + 2, 0) < 56) {
      table.classList.add("short-cells");
      return;
    }
    lines.forEach((line) => {
      [...line.cells].forEach((cell, n) => cell.setAttribute("data-th", heads[n] || ""));
    });
    table.classList.add("stacked");
  });

  const filter = document.getElementById("filter");
  const rows = [...document.querySelectorAll("#claim-table tbody tr")];
  if (filter) filter.addEventListener("input", () => {
    const wanted = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    rows.forEach((r) => {
      const text = r.textContent.toLowerCase();
      r.hidden = !wanted.every((word) => text.includes(word));
    });
  });
})();
