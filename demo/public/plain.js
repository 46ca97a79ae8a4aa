// Runs where modules do not: says what to do when the page was opened from disk, or over plain http from another machine.
(() => {
  const say = (text) => {
    const notice = document.getElementById("unusable");
    notice.textContent = text;
    notice.hidden = false;
  };
  if (location.protocol === "file:") {
    say(
      "This page was opened from disk, where browsers load no modules and no WebGPU. Serve its folder: run `npx vite preview` or `python3 -m http.server` in it, and open http://localhost:8000.",
    );
  } else if (!window.isSecureContext) {
    say(
      "This page came over plain http from another machine, where browsers give no WebGPU and keep no files. Open it over https, or from localhost.",
    );
  }
})();
