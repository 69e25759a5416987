(() => {
  document.querySelectorAll("[data-loop]").forEach((card) => {
    const data = JSON.parse(card.querySelector(".loop-data").textContent);
    const dials = [...card.querySelectorAll("input[data-part]")];
    const rows = [...card.querySelectorAll(".answers tbody tr")];
    const middle = data.paths[data.parts[0].name + ":2"];

    const show = (values) => {
      rows.forEach((row, i) => {
        [...row.querySelectorAll("td")].forEach((cell, k) => {
          cell.textContent = values[i][k];
          cell.classList.toggle("moved", values[i][k] !== middle[i][k]);
        });
      });
    };

    const words = (dial) => {
      const part = data.parts.find((p) => p.name === dial.dataset.part);
      const text = part.values[Number(dial.value)];
      dial.parentElement.querySelector("output").textContent = text;
      dial.setAttribute("aria-valuetext", text);
    };

    const reset = (except) => {
      dials.forEach((dial) => {
        if (dial !== except) dial.value = "2";
        words(dial);
      });
    };

    dials.forEach((dial) => {
      dial.addEventListener("input", () => {
        reset(dial);
        show(data.paths[dial.dataset.part + ":" + dial.value]);
      });
    });
    card.querySelector(".reset").addEventListener("click", () => {
      reset();
      show(middle);
    });
    reset();
  });
})();
