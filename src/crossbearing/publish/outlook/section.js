(() => {
  // The loop of outlook/loop_page.py, month by month; a test holds the two together.
  const walk = (p, start, months) => {
    const keep = (1 - p.capacity_depreciation_share) ** (1 / 12);
    const wear = -Math.log1p(-p.capacity_depreciation_share);
    const lag = Math.max(p.build_lag, 1);
    const pace = 12 / lag;
    const shareAYear = p.rounds_per_year * p.round_dilution_share;
    const wattsADollar = p.commitments_per_equity / p.capex_per_power;
    const path = {};
    let old = start.power_at_start, fresh = 0, ordered = start.power_coming;
    for (let month = 0; month < months; month++) {
      const grown = (1 + start.yield_growth) ** (month / 12);
      const sales = ((old * start.stated_run_rate) / start.power_at_start + fresh * p.sales_a_watt) * grown;
      const value = p.multiple_run_rate * sales;
      const money = value * shareAYear;
      const gain = shareAYear * p.multiple_run_rate * p.sales_a_watt * grown * wattsADollar;
      const root = (-(pace + wear) + Math.sqrt((pace - wear) ** 2 + 4 * Math.max(gain, 0) * pace)) / 2;
      const now = {
        valuation: value, raised_a_year: money, power_ordered_a_year: money * wattsADollar,
        power_online: old + fresh, sales, loop_gain: gain, loop_root: root, wear,
      };
      for (const name in now) (path[name] ||= []).push(now[name]);
      const delivered = ordered / lag;
      fresh = (fresh + delivered) * keep;
      ordered += (money * wattsADollar) / 12 - delivered;
      old *= keep;
    }
    return path;
  };

  const significant = (size, digits) => {
    if (size === 0) return "0";
    const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
    return size.toLocaleString("en-US", { maximumFractionDigits: Math.min(decimals, 12) });
  };

  const say = (value, form) => {
    const size = Math.abs(value) * form.factor;
    const found = form.scales.find(([scale]) => size >= scale * (1 - 0.5 * 10 ** -form.digits));
    const text = found ? significant(size / found[0], form.digits) + form.gap + found[1] : significant(size, form.digits);
    return (value < 0 ? "\u2212" : "") + form.before + text + form.after;
  };

  const space = document.querySelector("[data-loop] svg")?.namespaceURI;
  const drawn = (name, attributes, text) => {
    const found = document.createElementNS(space, name);
    for (const key in attributes) found.setAttribute(key, attributes[key]);
    if (text) found.textContent = text;
    return found;
  };

  const WIDTH = 300, HEIGHT = 150, LEFT = 58, RIGHT = 6, TOP = 8, BOTTOM = 20;

  // Lines over the months from zero up: [values, class] each, the later ones above the earlier.
  const panel = (title, lines, form, ticks) => {
    const figure = document.createElement("figure");
    const caption = document.createElement("figcaption");
    caption.textContent = title;
    const words = title + " at the end: " + say(lines.at(-1)[0].at(-1), form);
    const svg = drawn("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": words });
    const top = Math.max(...lines.flatMap(([values]) => values)) * 1.05;
    const low = Math.min(0, ...lines.flatMap(([values]) => values));
    const last = lines[0][0].length - 1;
    const x = (month) => LEFT + ((WIDTH - LEFT - RIGHT) * month) / last;
    const y = (value) => TOP + ((HEIGHT - TOP - BOTTOM) * (top - value)) / (top - low);
    for (const share of [0, 0.5, 1]) {
      const at = low + (top - low) * share;
      svg.append(drawn("line", { class: "rule", x1: LEFT, x2: WIDTH - RIGHT, y1: y(at), y2: y(at) }));
      svg.append(drawn("text", { x: LEFT - 5, y: y(at) + 4, "text-anchor": "end" }, say(at, { ...form, digits: 2, after: form.after.replace(" a year", "").replace("/yr", "") })));
    }
    for (const [month, year] of ticks) {
      svg.append(drawn("line", { class: "rule", x1: x(month), x2: x(month), y1: TOP, y2: HEIGHT - BOTTOM }));
      svg.append(drawn("text", { x: x(month) + 3, y: HEIGHT - 5 }, year));
    }
    for (const [values, kind] of lines) {
      const d = values.map((value, month) => (month ? "L" : "M") + x(month).toFixed(1) + " " + y(value).toFixed(1)).join("");
      svg.append(drawn("path", { class: kind, d }));
    }
    figure.append(caption, svg);
    return figure;
  };

  const percent = (ratio) => (ratio < 0 ? "\u2212" : "+") + Math.abs(100 * ratio).toFixed(Math.abs(ratio) < 0.1 ? 1 : 0) + "%";

  document.querySelectorAll("[data-loop]").forEach((card) => {
    const data = JSON.parse(card.querySelector(".loop-data").textContent);
    const dials = [...card.querySelectorAll("input[data-part]")];
    const middle = dials.length && (dials[0].max / 2).toString();
    const at = (position) => Object.fromEntries(dials.map((dial) => [dial.dataset.part, data.parts[dial.dataset.part].values[position(dial)]]));
    const base = walk(at(() => Number(middle)), data.start, data.months);

    const show = () => {
      const path = walk(at((dial) => Number(dial.value)), data.start, data.months);
      const told = (name, month) => say(path[name][month], data.forms[name]);
      const last = data.months - 1;
      dials.forEach((dial) => {
        const text = data.parts[dial.dataset.part].words[Number(dial.value)];
        dial.parentElement.querySelector("output").textContent = text;
        dial.setAttribute("aria-valuetext", text);
      });
      card.querySelectorAll(".answers tbody tr").forEach((row) => {
        row.querySelectorAll("td").forEach((cell, k) => {
          cell.textContent = told(row.dataset.name, data.shown[k]);
          cell.classList.toggle("moved", cell.textContent !== say(base[row.dataset.name][data.shown[k]], data.forms[row.dataset.name]));
        });
      });
      card.querySelectorAll(".ring li").forEach((item) => {
        const change = path[item.dataset.name][last] / base[item.dataset.name][last] - 1;
        item.querySelector("b").textContent = told(item.dataset.name, last);
        item.querySelector("i").textContent = Math.abs(change) < 5e-4 ? "" : "(" + percent(change) + ")";
        item.dataset.moved = Math.abs(change) < 5e-4 ? "" : change > 0 ? "up" : "down";
      });
      const gain = path.loop_gain[0], wear = path.wear[0];
      card.querySelector(".verdict").textContent = `Gain ${Math.round(100 * gain)}% a year against depreciation ${Math.round(100 * wear)}%: the loop ${gain > wear ? "grows" : "shrinks"}.`;
      const pair = (name) => [[base[name], "before"], [path[name], "after"]];
      card.querySelector(".panels").replaceChildren(
        panel("value", pair("valuation"), data.forms.valuation, data.ticks),
        panel("power online", pair("power_online"), data.forms.power_online, data.ticks),
        panel("sales a year", pair("sales"), data.forms.sales, data.ticks),
        panel("gain, and depreciation (dotted)", [[path.wear, "wear"], ...pair("loop_gain")], data.forms.loop_gain, data.ticks),
      );
    };

    const reset = () => {
      dials.forEach((dial) => { dial.value = middle; });
      show();
    };
    dials.forEach((dial) => dial.addEventListener("input", show));
    card.querySelector(".reset").addEventListener("click", reset);
    reset();
  });
})();
