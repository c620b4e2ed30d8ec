(() => {
  const themes = {"dark":{"layout":{"annotationdefaults":{"bgcolor":"#14171C"},"colorway":["#56B4E9"],"font":{"color":"#E8EBEF","family":"system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif","size":13},"hoverlabel":{"align":"left","bgcolor":"#1E232A","bordercolor":"#A5AEB9","font":{"color":"#E8EBEF","family":"system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif","size":13}},"paper_bgcolor":"#14171C","plot_bgcolor":"#14171C","title":{"font":{"size":17},"pad":{"l":16,"t":16},"x":0,"y":1,"yanchor":"top"},"xaxis":{"gridcolor":"#363D47","linecolor":"#363D47","tickcolor":"#363D47","tickfont":{"color":"#A5AEB9","size":12},"title":{"font":{"color":"#E8EBEF","size":13}},"zeroline":false},"yaxis":{"gridcolor":"#363D47","linecolor":"#363D47","tickcolor":"#363D47","tickfont":{"color":"#A5AEB9","size":12},"title":{"font":{"color":"#E8EBEF","size":13}},"zeroline":false}}},"light":{"layout":{"annotationdefaults":{"bgcolor":"#FFFFFF"},"colorway":["#0072B2"],"font":{"color":"#1B1F24","family":"system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif","size":13},"hoverlabel":{"align":"left","bgcolor":"#F4F6F8","bordercolor":"#555D66","font":{"color":"#1B1F24","family":"system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif","size":13}},"paper_bgcolor":"#FFFFFF","plot_bgcolor":"#FFFFFF","title":{"font":{"size":17},"pad":{"l":16,"t":16},"x":0,"y":1,"yanchor":"top"},"xaxis":{"gridcolor":"#D9DEE4","linecolor":"#D9DEE4","tickcolor":"#D9DEE4","tickfont":{"color":"#555D66","size":12},"title":{"font":{"color":"#1B1F24","size":13}},"zeroline":false},"yaxis":{"gridcolor":"#D9DEE4","linecolor":"#D9DEE4","tickcolor":"#D9DEE4","tickfont":{"color":"#555D66","size":12},"title":{"font":{"color":"#1B1F24","size":13}},"zeroline":false}}}};
  const swaps = {"dark":{"#0072B2":"#56B4E9","#009E73":"#14A37A","#CC79A7":"#F4C2DE","#D55E00":"#E66A1A"},"light":{}}; // colours of the data that another paper needs lighter
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
