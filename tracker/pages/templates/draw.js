(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const themes = read("themes");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const config = { displayModeBar: false, displaylogo: false, responsive: true };
  const onPaper = { width: 520, height: 624 }; // as the style sheet has it for print
  const draw = (theme, size) => {
    for (const place of document.querySelectorAll(".plot")) {
      const { data, layout } = read(`${place.id}-figure`);
      Plotly.react(place, data, { ...layout, ...size, template: themes[theme] }, config);
    }
  };
  const onScreen = () => draw(dark.matches ? "dark" : "light");
  dark.addEventListener("change", onScreen);
  addEventListener("beforeprint", () => draw("light", onPaper));
  addEventListener("afterprint", onScreen);
  onScreen();
})();
