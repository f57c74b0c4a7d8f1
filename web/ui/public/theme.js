// Sets the colour scheme before the first paint. A file of its own, since the policy allows no inline script.
(() => {
  let theme = "auto";
  try {
    theme = localStorage.getItem("allo.theme") || "auto";
  } catch {}
  const isDark =
    theme === "dark" || (theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.mantineColorScheme = isDark ? "dark" : "light";
})();
