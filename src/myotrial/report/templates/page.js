"use strict";
// Nothing depends on this script. It closes the contents on a narrow screen, and shows a number's
// card where the number stands instead of leading away to it.
if (matchMedia("(max-width: 69.99rem)").matches) document.querySelector("nav details").open = false;

const dialog = document.createElement("dialog");
const ways = document.createElement("div");
const place = document.createElement("a");
const close = document.createElement("button");
const shown = document.createElement("article");
dialog.setAttribute("aria-label", "Result");
place.textContent = "Show among all results";
close.textContent = "Close";
close.addEventListener("click", () => dialog.close());
ways.className = "ways";
ways.append(place, close);
shown.className = "card";
dialog.append(ways, shown);
document.body.append(dialog);

document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (dialog.contains(link)) return dialog.close();
  const card = link.className === "n" && document.getElementById(link.hash.slice(1));
  if (!card) return;
  event.preventDefault();
  place.href = link.hash;
  shown.replaceChildren(...card.cloneNode(true).childNodes);
  dialog.showModal();
  dialog.scrollTop = 0;
});
