// The admin's pages have no main landmark of their own; people who navigate by landmarks get one.
(function () {
  "use strict";
  const main = document.getElementById("main");
  if (main && !document.querySelector("main")) {
    main.setAttribute("role", "main");
  }
})();
