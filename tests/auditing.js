// What is wrong with a page as it stands on a screen `wide` pixels across: a list of sentences.
(async (wide) => {
  const faults = [];
  const SLACK = 1.5; // pixels
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const words = (e) => (e.textContent ?? "").trim().replace(/\s+/g, " ").slice(0, 60);
  const named = (e) => `<${e.localName}${e.id ? ` id=${e.id}` : ""}${e.getAttribute("class") ? ` class=${e.getAttribute("class")}` : ""}>`
    + (words(e) ? ` “${words(e)}”` : "");
  const fault = (what, e, more = "") => faults.push(`${what}: ${typeof e === "string" ? e : named(e)}${more}`);
  const ancestors = function* (e) { for (let p = e.parentElement; p; p = p.parentElement) yield p; };

  // --- what is seen, and where ---
  const shown = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const seen = (e) => { // its box, less what boxes around it cut off or scroll away
    let { left, right, top, bottom } = e.getBoundingClientRect();
    for (const p of ancestors(e)) {
      if (p === document.body || p === document.documentElement) break;
      const style = getComputedStyle(p), box = p.getBoundingClientRect();
      if (style.overflowX !== "visible") { left = Math.max(left, box.left); right = Math.min(right, box.right); }
      if (style.overflowY !== "visible") { top = Math.max(top, box.top); bottom = Math.min(bottom, box.bottom); }
    }
    return { left, right, top, bottom, width: right - left, height: bottom - top };
  };
  const isSeen = (e) => { const box = seen(e); return shown(e) && box.width > 1 && box.height > 1; };

  // --- colours ---
  const pen = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const colour = (css) => {
    if (!known.has(css)) {
      pen.clearRect(0, 0, 1, 1); pen.fillStyle = css; pen.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
      known.set(css, [r, g, b, a / 255]);
    }
    return known.get(css);
  };
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
  const canvas = (() => {
    const probe = document.createElement("i");
    probe.style.backgroundColor = "Canvas";
    document.body.append(probe);
    const css = getComputedStyle(probe).backgroundColor;
    probe.remove();
    return colour(css);
  })();
  const paper = (e) => {
    const layers = [e, ...ancestors(e)].map((p) => colour(getComputedStyle(p).backgroundColor));
    return layers.reverse().reduce((below, layer) => over(layer, below), canvas);
  };
  const faded = (e) => [e, ...ancestors(e)].reduce((left, p) => left * getComputedStyle(p).opacity, 1);
  const light = (rgb) => rgb.slice(0, 3).map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (a, b) => { const [low, high] = [light(a), light(b)].sort((x, y) => x - y); return (high + 0.05) / (low + 0.05); };
  const readable = (e, name, css, part, ground) => {
    const [r, g, b, a] = colour(css), ratio = contrast(over([r, g, b, a * part * faded(e)], ground), ground);
    if (ratio < 4.5) fault("text is too faint", name, ` (contrast ${ratio.toFixed(1)}, not 4.5)`);
  };

  // --- the document ---
  const document_ = () => {
    if (!document.documentElement.lang) fault("no language", document.documentElement.localName);
    if (!document.title.trim()) fault("no title", "<title>");
    if (!/width=device-width/.test(document.querySelector("meta[name=viewport]")?.content)) fault("no viewport for phones", "<meta>");
    const mains = all("main, [role=main]").length;
    if (mains !== 1) fault("not one main part", `${mains} of <main>`);
    const navs = all("nav, [role=navigation]");
    if (navs.length > 1) for (const nav of navs) if (!nav.ariaLabel && !nav.getAttribute("aria-labelledby")) fault("one of several navs without a name", nav);
    const headings = all("h1, h2, h3, h4, h5, h6");
    const first = headings.filter((h) => h.localName === "h1").length;
    if (first !== 1) fault("not one h1", `${first} of <h1>`);
    headings.reduce((before, h) => {
      const level = Number(h.localName[1]);
      if (level > before + 1) fault("a level of headings is skipped", h, ` after h${before}`);
      return level;
    }, first ? 0 : 1);
    for (const h of headings) if (!words(h)) fault("an empty heading", h);
    const ids = new Set();
    for (const e of all("[id]")) { if (ids.has(e.id)) fault("an id that is there twice", e); ids.add(e.id); }
    for (const e of all("[aria-labelledby], [aria-describedby]")) {
      for (const id of `${e.getAttribute("aria-labelledby") ?? ""} ${e.getAttribute("aria-describedby") ?? ""}`.trim().split(/\s+/)) {
        if (!ids.has(id)) fault(`named by #${id}, which is not there`, e);
      }
    }
  };

  const tables = () => {
    for (const table of all("table")) {
      if (!table.querySelector("th")) fault("a table without heads", table);
      for (const th of all("th", table)) if (!["col", "row", "colgroup", "rowgroup"].includes(th.getAttribute("scope"))) fault("a head of a table without scope", th);
    }
  };

  const links = () => {
    for (const e of all("[tabindex]")) if (e.tabIndex > 0) fault("a positive tabindex", e);
    for (const a of all("a")) {
      if (a.closest("svg")) continue;
      const href = a.getAttribute("href");
      if (href === null && !words(a)) continue; // a place that links lead to
      if (!words(a) && !a.ariaLabel) fault("a link without text", a.outerHTML.slice(0, 80));
      if (!href) { fault("a link to nowhere", a); continue; }
      const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(href)?.[1].toLowerCase();
      if ((scheme && !["http", "https"].includes(scheme)) || href.startsWith("/")) fault("a link that is neither relative nor of the web", a, ` (${href.slice(0, 60)})`);
      else if (href.startsWith("#") && href !== "#" && !document.getElementById(decodeURIComponent(href.slice(1)))) fault("a link to a part that is not there", a, ` (${href})`);
    }
  };

  const inline = (e) => { // in a line of text with other words
    if (getComputedStyle(e).display !== "inline") return false;
    let block = e.parentElement;
    while (getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
    const linked = all("a", block).map((a) => a.textContent).join("");
    return /\w\W+\w/.test(block.textContent) && block.textContent.replace(/\W/g, "").length > linked.replace(/\W/g, "").length;
  };
  const targets = () => { // WCAG 2.2, 2.5.8: 24 pixels, or 24 pixels from the middle of one to the next
    const every = all("a[href], summary, button, input, select").filter((e) => !e.closest("svg") && isSeen(e));
    const boxes = every.map(seen);
    every.forEach((e, i) => {
      const box = boxes[i], x = (box.left + box.right) / 2, y = (box.top + box.bottom) / 2;
      if (box.height >= 23.5 || inline(e)) return;
      const near = boxes.some((b, j) => j !== i && Math.hypot(Math.max(b.left - x, x - b.right, 0), Math.max(b.top - y, y - b.bottom, 0)) < 12);
      if (near || e.closest("nav, ul, ol") || e.localName !== "a") fault("too low for a finger", e, ` (${box.height.toFixed(0)} pixels high, not 24)`);
    });
  };

  // --- the layout ---
  const layout = () => {
    const across = document.scrollingElement.scrollWidth;
    if (across > wide + SLACK) fault("the page scrolls sideways", `<html> is ${across} pixels wide, not ${wide}`);
    const out = new Set();
    for (const e of all("body *:not(svg *, script, #js-plotly-tester)")) {
      if (!isSeen(e)) continue;
      const box = seen(e);
      if (box.right > wide + SLACK || box.left < -SLACK) {
        out.add(e);
        if (!out.has(e.parentElement)) fault("sticks out of the screen", e, ` (${box.left.toFixed(0)} to ${box.right.toFixed(0)})`);
      }
      const style = getComputedStyle(e), hides = e.scrollWidth > e.clientWidth + SLACK && e.clientWidth > 1;
      if (hides && ["auto", "scroll"].includes(style.overflowX) && e.tabIndex < 0) fault("scrolls sideways, but not by the keyboard", e);
      if (hides && ["hidden", "clip"].includes(style.overflowX) && !e.closest(".plot")) fault("its text is cut off", e);
    }
  };

  const texts = () => {
    for (const e of all("body *:not(svg, svg *, script, style, noscript)")) {
      if ([...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) && isSeen(e)) readable(e, e, getComputedStyle(e).color, 1, paper(e));
    }
  };

  // --- figures ---
  const corners = (text, less = 0.15) => { // of its box as it lies on the screen, turned or not, a little shrunk
    const b = text.getBBox(), m = text.getScreenCTM();
    const x = less && Math.min(SLACK, b.width / 4), y = less && Math.max(SLACK, b.height * less);
    return [[b.x + x, b.y + y], [b.x + b.width - x, b.y + y], [b.x + b.width - x, b.y + b.height - y], [b.x + x, b.y + b.height - y]]
      .map(([px, py]) => [m.a * px + m.c * py + m.e, m.b * px + m.d * py + m.f]);
  };
  const apart = (p, q) => [p, q].some((shape) => [0, 1].some((i) => { // a line between them
    const [ax, ay] = shape[i], [bx, by] = shape[i + 1], nx = by - ay, ny = ax - bx;
    const along = (s) => s.map(([x, y]) => x * nx + y * ny);
    return Math.max(...along(p)) <= Math.min(...along(q)) || Math.max(...along(q)) <= Math.min(...along(p));
  }));
  const mark = (text) => { // the bar whose text it is, if it lies on it
    const bar = text.classList.contains("bartext") ? text.parentElement.querySelector("path") : null;
    if (!bar) return null;
    const a = bar.getBoundingClientRect(), b = text.getBoundingClientRect(), middle = (b.left + b.right) / 2;
    return middle > a.left && middle < a.right ? bar : null;
  };
  const ground = (text, below) => {
    const bar = mark(text);
    const box = bar ?? text.closest(".annotation-text-g, .annotation")?.querySelector("rect.bg");
    if (!box) return below;
    const style = getComputedStyle(box), fill = [...colour(style.fill)];
    fill[3] *= style.fillOpacity * style.opacity;
    return over(fill, below);
  };
  const traces = (plot) => {
    const declared = plot.data ?? [], drawn = plot._fullData ?? [];
    declared.forEach((trace, i) => {
      const full = drawn.find((t) => t.index === i);
      const kind = trace.type ?? "scatter";
      if (!full || full.visible !== true) fault("a trace is not drawn", plot, ` (trace ${i}, ${kind})`);
      else if (full.type !== kind) fault("a trace is of another type", plot, ` (trace ${i}: ${full.type}, not ${kind})`);
    });
  };
  const axes = (plot) => {
    const { xaxis = [], yaxis = [] } = plot._fullLayout._subplots;
    for (const id of [...xaxis, ...yaxis]) {
      const axis = plot._fullLayout[`${id[0]}axis${id.slice(1)}`];
      if (axis.visible && axis.showticklabels && !all(`.${id}tick text`, plot).some((t) => t.textContent.trim())) fault("an axis without tick labels", plot, ` (${id})`);
    }
  };
  const lettering = (plot) => {
    const edge = plot.getBoundingClientRect(), below = over(colour(plot._fullLayout.paper_bgcolor), paper(plot));
    const texts = all(".main-svg text", plot).filter((t) => t.textContent.trim() && !t.closest(".hoverlayer") && shown(t) && t.getBoundingClientRect().width > 0);
    const at = `${plot.id ? ` in #${plot.id}` : ""}`;
    const boxes = texts.map((text) => corners(text));
    texts.forEach((text, i) => {
      const b = text.getBoundingClientRect();
      if (b.left < edge.left - SLACK || b.right > edge.right + SLACK || b.top < edge.top - SLACK || b.bottom > edge.bottom + SLACK) fault("cut off by the edge of the picture", `“${words(text)}”${at}`);
      const cover = text.closest(".annotation-text-g")?.querySelector("rect.bg");
      const hides = cover && colour(getComputedStyle(cover).fill)[3] * getComputedStyle(cover).fillOpacity > 0.1 ? corners(cover, 0) : null;
      texts.forEach((other, j) => { if (hides && j < i && !apart(hides, boxes[j]) && apart(boxes[i], boxes[j])) fault("covered by a note", `“${words(other)}” by “${words(text)}”${at}`); });
      for (let j = 0; j < i; j += 1) if (!apart(boxes[i], boxes[j])) fault("texts lie on each other", `“${words(texts[j])}” and “${words(text)}”${at}`);
      const { fill, fillOpacity } = getComputedStyle(text);
      const cell = text.closest(".hm, .heatmaplayer"); // whose ink plotly chooses
      if (!cell) readable(text, `“${words(text)}”${at}`, fill, fillOpacity, ground(text, below));
    });
  };
  const legends = (plot) => {
    const origin = plot.getBoundingClientRect();
    for (const legend of all(".legend > .bg", plot)) {
      const b = legend.getBoundingClientRect();
      for (const { xaxis: x, yaxis: y } of Object.values(plot._fullLayout._plots)) {
        const left = origin.left + x._offset, top = origin.top + y._offset;
        if (b.left < left + x._length - 2 && b.right > left + 2 && b.top < top + y._length - 2 && b.bottom > top + 2) fault("the legend lies on the data", plot);
      }
    }
  };
  const figures = () => {
    for (const plot of all(".plot")) {
      if (plot.getAttribute("role") !== "img" || !plot.ariaLabel?.trim()) fault("a picture without its words", plot);
      const box = plot.getBoundingClientRect();
      if (!plot.querySelector(".main-svg") || !plot._fullLayout) { fault("a picture is not drawn", plot); continue; }
      if (box.width < 50 || box.height < 50) { fault("a picture has no room", plot); continue; }
      traces(plot); axes(plot); lettering(plot); legends(plot);
      const data = plot._fullData.some((t) => t.hoverinfo !== "skip");
      if (data && !plot.closest("figure")?.querySelector("table")) fault("a picture without its table", plot);
    }
  };

  const closed = all("details:not([open])");
  for (const details of closed) details.open = true;
  try {
    document_(); tables(); links(); layout(); texts(); figures();
    if (wide < 600) targets();
  } finally {
    for (const details of closed) details.open = false;
  }
  return [...new Set(faults)];
})
