// The part of a photo that is kept is chosen in the browser: moved by mouse, finger or arrow keys,
// made larger or smaller by a slider. The server cuts it; without this script a choice of three
// parts stands there instead.
(function () {
  "use strict";

  const WIDTH = 300;
  const HEIGHT = 400;
  const LEAST = 354;
  const STEP = 10;

  function prepare(form) {
    const input = form.elements.upload;
    const cut = form.elements.cut;
    const choice = form.querySelector("fieldset.field");
    if (!input || !cut || !window.createImageBitmap) {
      return;
    }
    const area = document.createElement("div");
    const canvas = document.createElement("canvas");
    const words = document.createElement("p");
    const label = document.createElement("label");
    const zoom = document.createElement("input");
    const state = { picture: null, left: 0, top: 0, scale: 1, grip: null };
    canvas.width = WIDTH;
    canvas.height = HEIGHT;
    canvas.className = "photo-frame";
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "img");
    words.className = "help";
    words.setAttribute("role", "status");
    zoom.type = "range";
    zoom.min = "100";
    zoom.max = "400";
    label.textContent = form.dataset.zoom;
    label.className = "photo-zoom";
    label.append(zoom);
    area.className = "field";
    area.hidden = true;
    area.append(words, canvas, label);
    input.closest(".field").after(area);

    // How many points of the picture one point of the frame shows.
    function share() {
      const fits = Math.min(state.picture.width / WIDTH, state.picture.height / HEIGHT);
      return fits / state.scale;
    }

    function show() {
      const picture = state.picture;
      const each = share();
      const width = WIDTH * each;
      const height = HEIGHT * each;
      state.left = Math.min(Math.max(state.left, 0), picture.width - width);
      state.top = Math.min(Math.max(state.top, 0), picture.height - height);
      const pen = canvas.getContext("2d");
      pen.fillStyle = "white";
      pen.fillRect(0, 0, WIDTH, HEIGHT);
      pen.drawImage(picture, state.left, state.top, width, height, 0, 0, WIDTH, HEIGHT);
      cut.value = [
        Math.floor(1000 * state.left / picture.width),
        Math.floor(1000 * state.top / picture.height),
        Math.floor(1000 * width / picture.width),
        Math.floor(1000 * height / picture.height),
      ].join(",");
      const text = width < LEAST ? form.dataset.small : form.dataset.show;
      if (words.textContent !== text) {
        words.textContent = text;
        canvas.setAttribute("aria-label", text);
      }
    }

    function move(left, top) {
      state.left += left;
      state.top += top;
      show();
    }

    function withoutFrame() {
      cut.value = "";
      state.picture = null;
      choice.hidden = false;
      canvas.hidden = label.hidden = true;
      words.textContent = form.dataset.unread;
      area.hidden = !input.files.length;
    }

    input.addEventListener("change", function () {
      const file = input.files[0];
      if (!file) {
        withoutFrame();
        return;
      }
      window.createImageBitmap(file).then(function (picture) {
        if (input.files[0] !== file) {
          return;
        }
        state.picture = picture;
        state.scale = 1;
        zoom.value = "100";
        state.left = (picture.width - WIDTH * share()) / 2;
        state.top = (picture.height - HEIGHT * share()) / 2;
        choice.hidden = true;
        area.hidden = canvas.hidden = label.hidden = false;
        show();
      }, withoutFrame);
    });
    zoom.addEventListener("input", function () {
      if (!state.picture) {
        return;
      }
      const before = share();
      state.scale = Number(zoom.value) / 100;
      move(WIDTH * (before - share()) / 2, HEIGHT * (before - share()) / 2);
    });
    canvas.addEventListener("pointerdown", function (event) {
      state.grip = [event.clientX, event.clientY];
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", function (event) {
      if (state.grip && state.picture) {
        const each = share() * WIDTH / canvas.clientWidth;
        move((state.grip[0] - event.clientX) * each, (state.grip[1] - event.clientY) * each);
        state.grip = [event.clientX, event.clientY];
      }
    });
    ["pointerup", "pointercancel"].forEach(function (name) {
      canvas.addEventListener(name, function () { state.grip = null; });
    });
    canvas.addEventListener("keydown", function (event) {
      const ways = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
      const way = ways[event.key];
      if (way && state.picture) {
        event.preventDefault();
        move(way[0] * STEP * share(), way[1] * STEP * share());
      }
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("form[data-photo]").forEach(prepare);
  });
})();
