// Questions that hang on another reply appear with it. Without this script all of them stand there,
// each with the words that say when it is asked; the server decides either way.
(function () {
  "use strict";

  function replyTo(form, name) {
    const field = form.elements[name];
    if (!field) {
      return "";
    }
    return (field.value || "").trim();
  }

  function arrange(form) {
    const hidden = new Set();
    form.querySelectorAll(".question[data-shown-if]").forEach(function (block) {
      const name = block.dataset.shownIf;
      const wanted = block.dataset.shownValue;
      const value = hidden.has(name) ? "" : replyTo(form, name);
      const isShown = wanted ? value === wanted : value !== "";
      block.hidden = !isShown;
      if (!isShown) {
        block.querySelectorAll("[name]").forEach(function (each) { hidden.add(each.name); });
      }
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("form").forEach(function (form) {
      if (form.querySelector(".question[data-shown-if]")) {
        arrange(form);
        form.addEventListener("input", function () { arrange(form); });
        form.addEventListener("change", function () { arrange(form); });
      }
    });
  });
})();
