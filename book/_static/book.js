// What style alone cannot do: boxes that scroll can be reached with the keyboard, what folds in the side bar has a name,
// a line of code is a box that can be set further in where it wraps, and paper shows what is folded.
(function () {
  "use strict";
  function reachable() {
    document.querySelectorAll(".cell_output, div.math, .pst-scrollable-table-container, .output.text_html, pre").forEach(function (box) {
      if (box.scrollWidth > box.clientWidth + 1) { box.tabIndex = 0; }
    });
  }
  document.querySelectorAll("nav details > summary").forEach(function (fold) {
    var link = fold.parentElement.parentElement.querySelector("a");
    fold.setAttribute("aria-label", "Pages of " + (link ? link.textContent.trim() : "this part"));
  });
  // A token never goes over the end of a line, so each line is whole by itself.
  document.querySelectorAll(".cell_input pre").forEach(function (box) {
    box.innerHTML = box.innerHTML.replace(/\n$/, "").split("\n").map(function (line) {
      var text = line.replace(/<[^>]*>/g, "");
      return '<span class="code-line" style="--in:' + (text.search(/\S|$/) + 4) + '">' + line + "\n</span>";
    }).join("");
  });
  window.addEventListener("load", reachable);
  window.addEventListener("resize", reachable);
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (box) { box.open = true; });
  });
})();
