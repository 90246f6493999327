// The page of a lens: what is folded is open on paper. Browsers that can show the content of a closed
// <details> by style alone need none of this; the others are helped while they print.

let opened = [];

addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details.lens-question:not([open])")];
  for (const question of opened) question.open = true;
});

addEventListener("afterprint", () => {
  for (const question of opened) question.open = false;
  opened = [];
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});
