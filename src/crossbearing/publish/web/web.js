"use strict";
(() => {
  document.documentElement.classList.add("js");
  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const say = (text) => { const box = find("#said"); if (box) box.textContent = text; };

  const parsed = (html) => [...new DOMParser().parseFromString(html, "text/html").body.childNodes];

  // Parts of a page that are computed in the background: asked for until they are there.
  const later = async (box, address) => {
    const mine = (box.asked = (box.asked || 0) + 1);
    box.setAttribute("aria-busy", "true");
    for (let pause = 250; box.asked === mine; pause = Math.min(2000, pause * 1.5)) {
      let answer;
      try { answer = await fetch(address); } catch { say("The server does not answer."); await wait(2000); continue; }
      if (box.asked !== mine) return false;
      if (answer.status === 202) { await wait(pause); continue; }
      const html = await answer.text();
      if (box.asked !== mine) return false;
      box.replaceChildren(...parsed(html));
      box.removeAttribute("aria-busy");
      titles(box);
      return true;
    }
    return false;
  };
  const titles = (root) => all(".chart a[href] > [aria-label]", root).forEach((mark) => {
    const words = document.createElementNS("http://www.w3.org/2000/svg", "title");
    words.textContent = mark.getAttribute("aria-label");
    mark.append(words);
  });
  all("[data-later]").forEach((box) => later(box, box.dataset.later).then((done) => {
    if (done && box.dataset.reload) location.reload();
  }));
  titles(document);

  // The panel: a figure or claim, its source, and what can be supposed about it.
  const panel = find("#panel");
  document.addEventListener("click", async (event) => {
    const anchor = event.target.closest("a[data-claims], a.claim, .chart a[href]");
    if (!anchor || !panel || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const address = anchor.getAttribute("href") || anchor.getAttribute("xlink:href") || "";
    const single = /^(?:#claim-|\/claims\/)([^?#]+)/.exec(address);
    const listed = anchor.dataset && anchor.dataset.claims;
    if (!single && !listed) return;
    event.preventDefault();
    const asked = new URLSearchParams(location.search);
    asked.set("ids", listed || decodeURIComponent(single[1]));
    if (anchor.dataset && anchor.dataset.label) asked.set("label", anchor.dataset.label);
    if (anchor.dataset && anchor.dataset.formula) asked.set("formula", anchor.dataset.formula);
    const answer = await fetch("/part/panel?" + asked);
    find("#panel-body").replaceChildren(...parsed(await answer.text()));
    if (!panel.open) panel.showModal();
    panel.scrollTop = 0;
  });
  if (panel) panel.addEventListener("click", (event) => { if (event.target === panel) panel.close(); });

  // The controls of the position: the as-of slider, the basis switch.
  const controls = find("#controls");
  if (controls) {
    const box = find("#position");
    const slider = find("#days");
    const days = slider ? JSON.parse(slider.dataset.days) : [];
    const field = find("[name=as_of]", controls);
    let timer;
    const show = () => {
      const asked = new URLSearchParams(new FormData(controls));
      all("[name]", controls).forEach((f) => { if (!asked.get(f.name)) asked.delete(f.name); });
      history.replaceState(null, "", "?" + asked);
      const sentences = find("#screen");
      if (sentences) later(sentences, "/part/screen?" + asked);
      later(box, "/part/position?" + asked).then((done) => {
        if (done) say("Shown as known on " + (field.value || days[days.length - 1]) + ".");
      });
    };
    const place = (day) => Math.max(0, days.filter((d) => d <= day).length - 1);
    if (slider) {
      slider.value = field.value ? place(field.value) : days.length - 1;
      slider.addEventListener("input", () => {
        field.value = days[slider.value];
        slider.setAttribute("aria-valuetext", days[slider.value]);
        clearTimeout(timer);
        timer = setTimeout(show, 120);
      });
      field.addEventListener("change", () => { slider.value = field.value ? place(field.value) : days.length - 1; show(); });
    }
    all("[name=basis]", controls).forEach((f) => f.addEventListener("change", show));
  }

  // Rows of a table narrowed while typing.
  const narrow = find("#narrow");
  if (narrow) {
    const rows = all("#claim-table tbody tr");
    narrow.addEventListener("input", () => {
      const wanted = narrow.value.toLowerCase().split(/\s+/).filter(Boolean);
      rows.forEach((r) => {
        const text = r.textContent.toLowerCase();
        r.hidden = !wanted.every((word) => text.includes(word));
      });
    });
  }

  // A document dropped on the page.
  const drop = find("#drop");
  if (drop) {
    const file = find("input[type=file]", drop);
    ["dragover", "dragleave", "drop"].forEach((kind) => drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) {
        file.files = event.dataTransfer.files;
        drop.requestSubmit();
      }
    }));
  }

  // Scenario sliders: the server answers with quantiles, the charts are drawn here as they are there (drawing.py).
  const W = 560, H = 240, L = 66, R = 12, T = 12, B = 28;
  const near = (place) => (Math.floor(place * 10 + 0.5) / 10).toFixed(1);
  const step = (low, high) => {
    const raw = (high - low) / 4;
    const power = 10 ** Math.floor(Math.log10(raw));
    return [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw * 0.999);
  };
  const words = (value, unit) => {
    const size = Math.abs(value);
    const sign = value < 0 ? "−" : "";
    const short = (v) => String(Number(v.toPrecision(3)));
    const scaled = (scales, gap) => {
      for (const [scale, name] of scales) if (size >= scale * 0.9995) return short(size / scale) + gap + name;
      return short(size);
    };
    if (unit === "ratio") return sign + short(100 * size) + "%";
    if (unit === "W") return sign + scaled([[1e12, "TW"], [1e9, "GW"], [1e6, "MW"], [1e3, "kW"]], " ");
    const money = /^([A-Z]{3})(.*)$/.exec(unit);
    const big = [[1e12, "tn"], [1e9, "bn"], [1e6, "m"], [1e3, "k"]];
    const symbols = { USD: "$", EUR: "€", GBP: "£", JPY: "¥", CNY: "CN¥" };
    if (money) return sign + (symbols[money[1]] || money[1] + " ") + scaled(big, "") + money[2];
    return sign + scaled(big, "");
  };
  const svgElement = (name, attributes, text) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const draw = (svg, fan, at, base) => {
    const shown = base ? [fan, base] : [fan];
    let low = Math.min(...shown.map((f) => Math.min(...f.p5)));
    let high = Math.max(...shown.map((f) => Math.max(...f.p95)));
    if (high <= low) high = low + (Math.abs(low) || 1);
    const ends = step(low, high);
    low = Math.floor(low / ends) * ends;
    high = Math.ceil(high / ends) * ends;
    const count = fan.p50.length;
    const x = (n) => near(L + ((W - L - R) * n) / Math.max(1, count - 1));
    const y = (v) => near(H - B - (H - T - B) * ((v - low) / (high - low)));
    const points = (values) => values.map((v, n) => x(n) + "," + y(v));
    const band = (a, b) => "M" + [...points(b), ...points(a).reverse()].join(" L") + "Z";
    const parts = [];
    const by = step(low, high);
    for (let n = Math.ceil(low / by - 1e-9); n <= Math.floor(high / by + 1e-9); n += 1) {
      parts.push(svgElement("line", { class: "grid", x1: L, x2: W - R, y1: y(n * by), y2: y(n * by) }));
      parts.push(svgElement("text", { x: L - 6, y: y(n * by), dy: 4, "text-anchor": "end" }, words(n * by, fan.unit)));
    }
    at.forEach((day, n) => {
      if ((at.length - 1 - n) % 6) return;
      const anchor = n === at.length - 1 ? "end" : "middle";
      parts.push(svgElement("text", { x: x(n), y: H - 8, "text-anchor": anchor }, day.slice(0, 7)));
    });
    parts.push(svgElement("path", { class: "b90", d: band(fan.p5, fan.p95) }));
    parts.push(svgElement("path", { class: "b50", d: band(fan.p25, fan.p75) }));
    if (base) parts.push(svgElement("path", { class: "was", d: "M" + points(base.p50).join(" L") }));
    parts.push(svgElement("path", { class: "mid", d: "M" + points(fan.p50).join(" L") }));
    svg.replaceChildren(...parts);
    const end = count - 1;
    const told = words(fan.p50[end], fan.unit) + ", 90 % " + words(fan.p5[end], fan.unit) + " to " + words(fan.p95[end], fan.unit);
    svg.setAttribute("aria-label", fan.label + " to " + at[end] + ": " + told);
    return told;
  };

  const sliders = find("#sliders");
  if (sliders) {
    const base = JSON.parse(find("#base").textContent);
    const was = Object.fromEntries(base.fans.map((f) => [f.name, f]));
    let running = false, again = false;
    const ask = async () => {
      if (running) { again = true; return; }
      running = true;
      const asked = new URLSearchParams({ entity: base.entity });
      const world = new URLSearchParams(location.search);
      ["as_of", "without", "right"].forEach((key) => world.getAll(key).forEach((v) => asked.append(key, v)));
      const chosen = find("[name=scenario]", sliders).value;
      if (chosen) asked.set("scenario", chosen);
      all("input[type=range]", sliders).forEach((s) => { if (s.dataset.moved) asked.append("set", s.name + "=" + s.dataset.value); });
      const began = performance.now();
      try {
        const answer = await fetch("/api/slide?" + asked);
        const told = await answer.json();
        if (!answer.ok) { say([told.what, told.why, told.mend].filter(Boolean).join(": ")); return; }
        const plain = !chosen && !asked.has("set");
        told.fans.forEach((fan) => {
          const box = find('[data-fan="' + fan.name + '"]');
          if (!box) return;
          find(".told", box).textContent = draw(find("svg", box), fan, told.at, plain ? null : was[fan.name]);
        });
        sliders.dataset.ms = Math.round(performance.now() - began);
        say("Redrawn.");
      } catch { say("The server does not answer."); }
      finally { running = false; if (again) { again = false; ask(); } }
    };
    const value = (s) => {
      const share = Number(s.value) / 100, low = Number(s.dataset.low), high = Number(s.dataset.high), middle = Number(s.dataset.middle);
      return share < 0.5 ? low + (middle - low) * 2 * share : middle + (high - middle) * (2 * share - 1);
    };
    all("input[type=range]", sliders).forEach((s) => s.addEventListener("input", () => {
      s.dataset.moved = "yes";
      s.dataset.value = Number(value(s).toPrecision(4));
      const told = words(Number(s.dataset.value), s.dataset.unit);
      find("#out-" + s.id).textContent = "fixed at " + told;
      s.setAttribute("aria-valuetext", told);
      ask();
    }));
    find("[name=scenario]", sliders).addEventListener("change", ask);
    find("#reset", sliders).addEventListener("click", () => {
      all("input[type=range]", sliders).forEach((s) => {
        delete s.dataset.moved;
        s.value = 50;
        s.removeAttribute("aria-valuetext");
        find("#out-" + s.id).textContent = s.dataset.text;
      });
      find("[name=scenario]", sliders).value = "";
      ask();
    });
  }
})();
