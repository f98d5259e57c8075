/// The script of every page: one cursor and one view over all charts, and the choice of a ground.
///
/// It reads what stands in the page and changes attributes; it makes no elements of texts, asks for
/// nothing, and keeps nothing.
enum PageScript {
  static let text = page + charts + pointer + start
}

extension PageScript {
  private static let page = #"""
    (function () {
    "use strict";
    var root = document.documentElement;
    root.classList.add("live");

    var theme = document.getElementById("theme");
    var dark = window.matchMedia("(prefers-color-scheme: dark)");
    function isDark() {
      var chosen = root.getAttribute("data-theme");
      return chosen ? chosen === "dark" : dark.matches;
    }
    function showTheme() { theme.setAttribute("aria-pressed", String(isDark())); }
    theme.addEventListener("click", function () {
      root.setAttribute("data-theme", isDark() ? "light" : "dark");
      showTheme();
    });
    dark.addEventListener("change", showTheme);
    showTheme();

    window.addEventListener("beforeprint", function () {
      document.querySelectorAll("details").forEach(function (one) { one.open = true; });
    });

    var charts = document.getElementById("charts");
    if (!charts) { return; }

    """#

  private static let charts = #"""
    function number(name) { return Number(charts.getAttribute("data-" + name)); }
    var start = number("start"), step = number("step"), count = number("count");
    var home = [number("first"), number("last")];
    var view = home.slice(), cursor = number("cursor");
    var slider = document.getElementById("now");
    var plots = Array.from(charts.querySelectorAll("svg.time"));
    var flags = Array.from(charts.querySelectorAll(".flag"));

    // "5,7*3" is 5, 7, 7, 7; nothing between two commas is no value.
    function values(text) {
      var list = [];
      text.split(",").forEach(function (part) {
        var pair = part.split("*");
        var value = pair[0] === "" ? NaN : Number(pair[0]);
        for (var left = pair.length > 1 ? Number(pair[1]) : 1; left > 0; left -= 1) { list.push(value); }
      });
      return list;
    }
    var firstChart = charts.querySelector("figure.chart[id]");
    var lines = Array.from(charts.querySelectorAll("path.line[data-values]")).map(function (path) {
      return { values: values(path.getAttribute("data-values")), unit: path.getAttribute("data-unit"),
        path: path, name: path.getAttribute("data-name"), isFirst: firstChart.contains(path),
        output: document.getElementById(path.getAttribute("data-output")) };
    });

    function two(whole) { return whole > 9 ? String(whole) : "0" + whole; }
    function clock(place, isShort) {
      var seconds = Math.floor((start + place * step) / 1000);
      var days = Math.floor(seconds / 86400);
      var text = two(Math.floor(seconds / 3600) % 24) + ":" + two(Math.floor(seconds / 60) % 60);
      if (!isShort) { text += ":" + two(seconds % 60); }
      return days > 0 ? days + "d " + text : text;
    }
    function grouped(value, digits) {
      var parts = Math.abs(value).toFixed(digits).split(".");
      parts[0] = parts[0].replace(/\B(?=(\d{3})+$)/g, ",");
      var text = parts.join(".");
      if (digits > 0) { text = text.replace(/\.?0+$/, ""); }
      return value < 0 && text !== "0" ? "-" + text : text;
    }
    function shown(value, unit) {
      if (Number.isNaN(value) || value === undefined) { return "\u2013"; }
      if (unit === "share") { return grouped(value * 100, 1) + "%"; }
      if (unit === "s") { return grouped(value, value >= 10 ? 1 : 3) + " s"; }
      if (unit === "/s") { return grouped(value, value >= 100 ? 0 : 1) + "/s"; }
      return grouped(value, 0);
    }

    var steps = [1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 300, 600, 900, 1200, 1800, 3600, 7200, 10800, 21600,
      43200, 86400];
    function ticks(width) {
      var seconds = (view[1] - view[0]) * step / 1000;
      var most = Math.max(2, Math.floor(width / 78));
      var apart = steps.find(function (one) { return seconds / one <= most; }) ||
        Math.ceil(seconds / most / 86400) * 86400;
      var from = (start + view[0] * step) / 1000, list = [];
      for (var at = Math.ceil(from / apart) * apart; from + seconds >= at; at += apart) {
        list.push({ share: (at - from) / seconds, text: clock((at * 1000 - start) / step, apart >= 60) });
      }
      return list;
    }
    function drawTicks(plot) {
      var width = plot.getBoundingClientRect().width || 900;
      var list = ticks(width), slots = plot.querySelectorAll(".tick");
      slots.forEach(function (slot, index) {
        var tick = list[index];
        slot.setAttribute("visibility", tick ? "visible" : "hidden");
        if (!tick) { return; }
        slot.setAttribute("x", (tick.share * 100).toFixed(3) + "%");
        var label = slot.querySelector("text");
        var near = tick.share * width;
        label.textContent = tick.text;
        label.setAttribute("text-anchor", 24 > near ? "start" : near > width - 24 ? "end" : "middle");
      });
    }
    function draw() {
      plots.forEach(function (plot) {
        var inner = plot.querySelector(".lines");
        if (inner) {
          inner.setAttribute("viewBox", view[0].toFixed(3) + " 0 " + (view[1] - view[0]).toFixed(3) + " 1000");
        }
        drawTicks(plot);
      });
      flags.forEach(function (flag) {
        var share = (Number(flag.getAttribute("data-at")) - view[0]) / (view[1] - view[0]);
        var isIn = share >= 0 && 1 >= share;
        flag.setAttribute("visibility", isIn ? "visible" : "hidden");
        if (isIn) { flag.setAttribute("x", (share * 100).toFixed(3) + "%"); }
      });
    }
    function setView(first, last) {
      var width = Math.min(count - 1, Math.max(Math.min(6, count - 1), last - first));
      var middle = (first + last) / 2;
      first = Math.min(Math.max(0, middle - width / 2), count - 1 - width);
      view = [first, first + width];
      draw();
    }
    function zoom(factor, around) {
      var share = (around - view[0]) / (view[1] - view[0]);
      if (!(share >= 0 && 1 >= share)) { share = 0.5; around = (view[0] + view[1]) / 2; }
      var width = Math.min(count - 1, Math.max(Math.min(6, count - 1), (view[1] - view[0]) * factor));
      setView(around - share * width, around - share * width + width);
    }
    function setCursor(place) {
      cursor = Math.min(count - 1, Math.max(0, Math.round(place)));
      charts.querySelectorAll(".cursor").forEach(function (path) {
        path.setAttribute("d", "M" + cursor + " 0V1000");
        path.setAttribute("visibility", "visible");
      });
      var words = [];
      lines.forEach(function (line) {
        var text = shown(line.values[Math.min(cursor, line.values.length - 1)], line.unit);
        if (line.output) { line.output.textContent = text; }
        if (line.isFirst && !line.path.classList.contains("off")) { words.push(line.name + " " + text); }
      });
      slider.textContent = clock(cursor, false);
      slider.setAttribute("aria-valuenow", String(cursor));
      slider.setAttribute("aria-valuetext", clock(cursor, false) + ". " +
        firstChart.querySelector("figcaption b").textContent + ": " + words.join(", "));
    }
    function follow() {
      var width = view[1] - view[0];
      if (view[0] > cursor || cursor > view[1]) { setView(cursor - width / 2, cursor + width / 2); }
    }

    """#

  private static let pointer = #"""
    function placeOf(plot, event) {
      var box = plot.getBoundingClientRect();
      var share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
      return view[0] + share * (view[1] - view[0]);
    }
    plots.forEach(function (plot) {
      var from = null, downAt = 0, chosen = plot.querySelector(".chosen");
      function choose(first, last) {
        if (!chosen) { return; }
        var width = view[1] - view[0];
        chosen.setAttribute("x", ((Math.min(first, last) - view[0]) / width * 100).toFixed(3) + "%");
        chosen.setAttribute("width", (Math.abs(last - first) / width * 100).toFixed(3) + "%");
        chosen.setAttribute("visibility", "visible");
      }
      plot.addEventListener("pointerdown", function (event) {
        if (event.button !== 0) { return; }
        from = placeOf(plot, event);
        downAt = event.clientX;
        if (event.pointerType === "mouse") { plot.setPointerCapture(event.pointerId); }
        setCursor(from);
      });
      plot.addEventListener("pointermove", function (event) {
        var place = placeOf(plot, event);
        setCursor(place);
        if (from !== null && event.pointerType === "mouse" && Math.abs(event.clientX - downAt) > 5) {
          choose(from, place);
        }
      });
      function end(event) {
        if (chosen) { chosen.setAttribute("visibility", "hidden"); }
        if (from !== null && event.type === "pointerup" && event.pointerType === "mouse" &&
          Math.abs(event.clientX - downAt) > 5) {
          var to = placeOf(plot, event);
          setView(Math.min(from, to), Math.max(from, to));
        }
        from = null;
      }
      plot.addEventListener("pointerup", end);
      plot.addEventListener("pointercancel", end);
      plot.addEventListener("dblclick", function () { setView(home[0], home[1]); });
      plot.addEventListener("wheel", function (event) {
        if (event.ctrlKey || event.metaKey || event.altKey) {
          event.preventDefault();
          zoom(event.deltaY > 0 ? 1.25 : 0.8, placeOf(plot, event));
        } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
          event.preventDefault();
          var shift = event.deltaX / 800 * (view[1] - view[0]);
          setView(view[0] + shift, view[1] + shift);
        }
      }, { passive: false });
    });

    """#

  private static let start = #"""
    function press(key, isFine) {
      var pace = isFine ? 1 : Math.max(1, Math.round((view[1] - view[0]) / 100));
      if (key === "ArrowLeft" || key === "ArrowDown") { setCursor(cursor - pace); follow(); }
      else if (key === "ArrowRight" || key === "ArrowUp") { setCursor(cursor + pace); follow(); }
      else if (key === "PageUp") { setCursor(cursor + 10 * pace); follow(); }
      else if (key === "PageDown") { setCursor(cursor - 10 * pace); follow(); }
      else if (key === "Home") { setCursor(0); follow(); }
      else if (key === "End") { setCursor(count - 1); follow(); }
      else if (key === "+" || key === "=") { zoom(0.5, cursor); }
      else if (key === "-" || key === "_") { zoom(2, cursor); }
      else if (key === "0") { setView(home[0], home[1]); }
      else if (key === "w") { setView(0, count - 1); }
      else { return false; }
      return true;
    }
    charts.addEventListener("keydown", function (event) {
      if (event.ctrlKey || event.metaKey || event.altKey) { return; }
      if (event.target !== slider && (event.target.tagName === "INPUT" || event.key === "Home" ||
        event.key === "End" || event.key.indexOf("Page") === 0)) { return; }
      if (press(event.key, event.shiftKey)) { event.preventDefault(); }
    });
    charts.querySelectorAll("button[data-key]").forEach(function (button) {
      button.addEventListener("click", function () { press(button.getAttribute("data-key"), false); });
    });
    charts.querySelectorAll("input[data-line]").forEach(function (box) {
      function show() {
        charts.querySelectorAll("." + box.getAttribute("data-line")).forEach(function (part) {
          part.classList.toggle("off", !box.checked);
        });
      }
      box.addEventListener("change", function () { show(); setCursor(cursor); });
      show();
    });
    document.querySelectorAll("button.jump").forEach(function (button) {
      button.addEventListener("click", function () {
        setCursor(Number(button.getAttribute("data-at")));
        follow();
        charts.scrollIntoView();
        slider.focus({ preventScroll: true });
      });
    });
    var resized = null;
    window.addEventListener("resize", function () {
      window.clearTimeout(resized);
      resized = window.setTimeout(draw, 80);
    });
    draw();
    setCursor(cursor);
    }());

    """#
}
