// What style alone cannot do: boxes that scroll can be reached with the keyboard, what folds in the side bar has a name,
// and paper shows what is folded.
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
  window.addEventListener("load", reachable);
  window.addEventListener("resize", reachable);
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (box) { box.open = true; });
  });
})();
