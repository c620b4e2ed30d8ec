(() => {
  const themes = {{ themes|safe }};
  const swaps = {{ swaps|safe }}; // colours of the data that another paper needs lighter
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const config = { displayModeBar: false, displaylogo: false, responsive: true };
  const sheet = { width: 640, height: 860 }; // pixels of a sheet of paper, below a heading
  const tall = 560; // so that a heading and the caption are on the sheet of the picture
  const beside = { width: 440, height: 400 }; // leaves the first sheet room for what is above
  const places = document.querySelectorAll(".plot");
  if (!window.Plotly) {
    for (const place of places) {
      place.className = "quiet";
      place.textContent = "The picture is drawn by plotly.min.js, which is not beside this page; the table below has its numbers.";
    }
    return;
  }
  const sized = (place) => {
    const wide = Number(place.dataset.wide), high = Number(place.dataset.high);
    if (place.closest(".columns")) return beside;
    const narrow = parseFloat(place.style.getPropertyValue("--narrow")); // rows need that height
    const ratio = Math.min(1, sheet.width / wide, Math.max(tall, narrow) / high);
    return { width: Math.round(wide * ratio), height: Math.round(Math.max(high * ratio, narrow)) };
  };
  const draw = (theme, onPaper) => {
    for (const place of places) {
      const swap = (key, value) => (key.endsWith("color") && swaps[theme][value]) || value;
      const figure = document.getElementById(`${place.id}-figure`).textContent;
      const { data, layout } = JSON.parse(figure, swap);
      const size = onPaper ? sized(place) : {};
      place.style.zoom = onPaper ? Math.min(1, sheet.height / size.height) : ""; // never on two sheets
      Plotly.react(place, data, { ...layout, ...size, template: themes[theme] }, config);
    }
  };
  const onScreen = () => draw(dark.matches ? "dark" : "light", false);
  dark.addEventListener("change", onScreen);
  addEventListener("beforeprint", () => draw("light", true));
  addEventListener("afterprint", onScreen);
  onScreen();
})();
