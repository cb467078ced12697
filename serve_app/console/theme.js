// Dark, light, or as the system has it. A script of its own, before the page is drawn, so that nothing flashes.

{
  const THEMES = ["auto", "light", "dark"];
  const NAME = "havoc.theme";
  const root = document.documentElement;

  const read = () => {
    try {
      return localStorage.getItem(NAME);
    } catch {
      return null; // a browser that keeps nothing for us
    }
  };

  const keep = (theme) => {
    try {
      localStorage.setItem(NAME, theme);
    } catch {
      // It is shown all the same, until the page is left.
    }
  };

  root.dataset.theme = THEMES.find((theme) => theme === read()) ?? "auto";
  addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    const label = () => {
      button.textContent = `Theme: ${root.dataset.theme}`;
    };
    label();
    button.addEventListener("click", () => {
      root.dataset.theme = THEMES[(THEMES.indexOf(root.dataset.theme) + 1) % THEMES.length];
      keep(root.dataset.theme);
      label();
    });
  });
}
