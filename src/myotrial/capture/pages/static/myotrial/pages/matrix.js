// A click on a cell opens a small menu beside it: the forms of that visit. Without it, their page.
"use strict";
(() => {
  const menu = document.getElementById("menu");
  const matrix = document.getElementById("matrix");
  if (!menu || !matrix || !menu.showPopover || !window.htmx) return;
  matrix.addEventListener("click", (event) => {
    const cell = event.target.closest("td > a.mark");
    if (!cell || !cell.pathname.includes("/visits/") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    window.htmx.ajax("GET", cell.href, { target: "#menu", swap: "innerHTML" }).then(() => {
      menu.showPopover();
      const box = cell.getBoundingClientRect();
      const left = Math.min(box.left, window.innerWidth - menu.offsetWidth - 8);
      const top = Math.min(box.bottom + 4, window.innerHeight - menu.offsetHeight - 8);
      menu.style.setProperty("left", `${Math.max(8, left)}px`);
      menu.style.setProperty("top", `${Math.max(8, top)}px`);
      const first = menu.querySelector("a");
      if (first) first.focus();
      menu.dataset.from = cell.href;
    });
  });
  menu.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    const cell = [...matrix.querySelectorAll("td > a.mark")].find((one) => one.href === menu.dataset.from);
    if (cell) cell.focus();
  });
})();
