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

  // What could not be sent stays in this window until it is signed in again, for the same person only.
  const KEPT = "typed:";

  function kept() {
    try {
      return Object.keys(window.sessionStorage).filter(function (key) { return key.startsWith(KEPT); });
    } catch (fault) {
      return [];
    }
  }

  function forget(key) {
    try {
      window.sessionStorage.removeItem(key);
    } catch (fault) {
      // A browser that keeps nothing has nothing to forget.
    }
  }

  function keyOf(form) {
    const line = form.querySelector(".saved");
    const path = window.location.pathname.replace(/^\/[a-z]{2}\//, "/");
    return KEPT + (line ? line.dataset.person : "") + ":" + path;
  }

  function typedFields(form) {
    return Array.from(form.elements).filter(function (field) {
      return field.name && !["hidden", "file", "submit", "button", "password"].includes(field.type);
    });
  }

  function valueOf(field) {
    return ["checkbox", "radio"].includes(field.type) ? field.checked : field.value;
  }

  // "typed" waits for its form; "tried" was sent while saving failed; of "sent" the server has a draft.
  function keepHere(form, state) {
    // Passports, health and belief are never kept in a browser.
    const values = typedFields(form).filter(function (field) {
      return !field.hasAttribute("data-secret");
    }).map(function (field) { return [field.name, valueOf(field)]; });
    const version = form.elements.version ? form.elements.version.value : "";
    try {
      window.sessionStorage.setItem(keyOf(form), JSON.stringify({ values, version, state }));
    } catch (fault) {
      // Without room in the browser the words stand on the page alone.
    }
  }

  // The words of before go back into their fields, in the order in which they stood there.
  function bringBack(form) {
    let stored = null;
    try {
      stored = JSON.parse(window.sessionStorage.getItem(keyOf(form)));
    } catch (fault) {
      return false;
    }
    forget(keyOf(form));
    if (!stored) {
      return false;
    }
    let isOther = false;
    const waiting = stored.values.slice();
    typedFields(form).forEach(function (field) {
      const place = waiting.findIndex(function (pair) { return pair[0] === field.name; });
      if (place < 0) {
        return;
      }
      const value = waiting.splice(place, 1)[0][1];
      if (valueOf(field) !== value) {
        isOther = true;
        if (typeof value === "boolean") {
          field.checked = value;
        } else {
          field.value = value;
        }
      }
    });
    // Was the row changed meanwhile, both versions are shown before one replaces the other.
    if (isOther && stored.version && form.elements.version) {
      form.elements.version.value = stored.version;
    }
    return isOther;
  }

  // A page that came after a form was sent says that it arrived; only the way to sign in does not.
  // One that answers the form itself may know more than was typed: an address, one more row.
  function forgetWhatArrived() {
    // Who signs out by themselves leaves nothing in the window.
    if (/\/account\/logout\//.test(window.location.pathname)) {
      kept().forEach(forget);
    }
    if (/\/account\//.test(window.location.pathname)) {
      return;
    }
    const forms = Array.from(document.querySelectorAll("form[data-autosave]"));
    forms.filter(function (form) { return form.querySelector(".saved[data-arrived]"); }).map(keyOf).forEach(forget);
    const here = forms.map(keyOf);
    const isSaved = document.querySelector(".toast.success") !== null;
    kept().forEach(function (key) {
      const stored = window.sessionStorage.getItem(key) || "";
      const isSent = stored.includes('"state":"sent"');
      const wasTried = stored.includes('"state":"tried"');
      if ((isSaved && (isSent || wasTried)) || (isSent && !here.includes(key))) {
        forget(key);
      }
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
      keepHere(form, "typed");
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
          redirect: "manual",
          headers: {
            "X-CSRFToken": data.get("csrfmiddlewaretoken") || "",
            "X-Autosave": "1"
          }
        });
        // The way to sign in: what was typed waits in this window, and for what is typed now.
        if (answer.type === "opaqueredirect") {
          failures += 1;
          keepHere(form, "typed");
          tell(line ? line.dataset.signedOut || "" : "", true);
          return;
        }
        const type = answer.headers.get("Content-Type") || "";
        if (answer.status >= 500 || !type.startsWith("text/plain")) {
          throw new Error(String(answer.status));
        }
        tell(await answer.text(), !answer.ok);
        failures = 0;
        forget(keyOf(form));
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
    form.addEventListener("input", function () {
      if (failures) {
        keepHere(form, "typed");
      }
    });
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    // A submit lets a save under way end first, so that the two do not meet on the server.
    form.addEventListener("submit", function (event) {
      window.clearTimeout(timer);
      keepHere(form, failures === 0 ? "sent" : "tried");
      if (running) {
        const button = event.submitter;
        event.preventDefault();
        waiting = function () {
          waiting = null;
          form.requestSubmit(button);
        };
      }
    });
    if (bringBack(form)) {
      tell(line ? line.dataset.back || "" : "", false);
      save();
    }
  }

  document.addEventListener("DOMContentLoaded", function () {
    focusErrors();
    forgetWhatArrived();
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
