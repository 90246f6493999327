// Opens and closes all answers of a section at once. Each also opens by itself, without this script.
for (const button of document.querySelectorAll("[data-open-all]")) {
  const { close } = button.dataset;
  const open = button.textContent;
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => {
    const expand = button.getAttribute("aria-expanded") !== "true";
    for (const details of button.closest("section").querySelectorAll("details")) details.open = expand;
    button.setAttribute("aria-expanded", String(expand));
    button.textContent = expand ? close : open;
  });
}
