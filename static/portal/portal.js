// Small helps on top of pages that work without any script.
(function () {
  "use strict";

  // A refused form: the reader starts at the list of what to check.
  function focusErrors() {
    const summary = document.querySelector(".error-summary");
    if (summary) {
      summary.focus();
    }
  }

  // A second click while the first is under way sends nothing; the buttons stay as they are.
  function guardSubmit(event) {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) {
      return;
    }
    if (form.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      return;
    }
    form.setAttribute("aria-busy", "true");
    // A download or a lost connection leaves the page standing: it must not stay locked.
    window.setTimeout(function () { form.removeAttribute("aria-busy"); }, 8000);
  }

  // A page taken from the browser's memory by "back" is free again.
  function unlock() {
    document.querySelectorAll("form[aria-busy]").forEach(function (form) {
      form.removeAttribute("aria-busy");
    });
  }

  // A draft saves itself after a short rest; the answer's words go to the live region.
  function autosave(form) {
    const line = form.querySelector(".saved") || document.querySelector(".saved");
    let timer = null;
    let running = false;
    let again = false;
    let waiting = null;
    let failures = 0;

    function later() {
      window.clearTimeout(timer);
      timer = window.setTimeout(save, 800);
    }

    // Without a network nothing is lost: it is said, and tried again by itself, ever less often.
    function retry() {
      failures += 1;
      tell(line ? line.dataset.failed || "" : "", true);
      window.clearTimeout(timer);
      timer = window.setTimeout(save, Math.min(60000, 2500 * Math.pow(2, failures)));
    }

    async function save() {
      if (form.getAttribute("aria-busy") === "true") {
        return;
      }
      if (running) {
        again = true;
        return;
      }
      if (navigator.onLine === false) {
        retry();
        return;
      }
      running = true;
      try {
        const data = new FormData(form);
        // Files travel with the real submit only.
        Array.from(data.entries()).forEach(function (pair) {
          if (pair[1] instanceof File) {
            data.delete(pair[0]);
          }
        });
        const answer = await fetch(form.dataset.autosave, {
          method: "POST",
          body: data,
          credentials: "same-origin",
          redirect: "error",
          headers: {
            "X-CSRFToken": data.get("csrfmiddlewaretoken") || "",
            "X-Autosave": "1"
          }
        });
        const type = answer.headers.get("Content-Type") || "";
        if (answer.status >= 500 || !type.startsWith("text/plain")) {
          throw new Error(String(answer.status));
        }
        tell(await answer.text(), !answer.ok);
        failures = 0;
        // The row has moved on by our own hand: the next save starts from there.
        const version = answer.headers.get("X-Version");
        if (version && form.elements.version) {
          form.elements.version.value = version;
        }
      } catch (fault) {
        retry();
      } finally {
        running = false;
        if (waiting) {
          waiting();
        } else if (again) {
          again = false;
          later();
        }
      }
    }

    function tell(text, failed) {
      if (line && text) {
        line.textContent = text;
        line.classList.toggle("failed", failed);
      }
    }

    window.addEventListener("online", function () {
      if (failures) {
        later();
      }
    });
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    // A submit lets a save under way end first, so that the two do not meet on the server.
    form.addEventListener("submit", function (event) {
      window.clearTimeout(timer);
      if (running) {
        const button = event.submitter;
        event.preventDefault();
        waiting = function () {
          waiting = null;
          form.requestSubmit(button);
        };
      }
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    focusErrors();
    document.querySelectorAll("form[data-autosave]").forEach(autosave);
  });
  document.addEventListener("submit", guardSubmit);
  window.addEventListener("pageshow", function (event) { if (event.persisted) { unlock(); } });
  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-print]");
    if (button) {
      event.preventDefault();
      window.print();
    }
  });
})();
