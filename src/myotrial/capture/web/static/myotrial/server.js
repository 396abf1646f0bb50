// What pages share: a page that is answered "sign in first" goes there, and what fails is said.
"use strict";
document.addEventListener("htmx:responseError", (event) => {
  const said = document.getElementById("said");
  const line = document.createElement("p");
  line.className = "warning";
  line.textContent = `${event.detail.xhr.status} ${event.detail.xhr.statusText}`;
  said.replaceChildren(line);
});
