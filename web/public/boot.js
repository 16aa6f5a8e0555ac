// Puts the remembered theme and language on the page before its first paint, so that nothing flashes.
(function () {
  try {
    var theme = localStorage.getItem("cloudlens.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
    var language = localStorage.getItem("cloudlens.language") || navigator.language || "en";
    document.documentElement.lang = language.toLowerCase().indexOf("zh") === 0 ? "zh-CN" : "en";
  } catch (_) {
    // Storage may be forbidden; the defaults of the style sheet then stand.
  }
})();
