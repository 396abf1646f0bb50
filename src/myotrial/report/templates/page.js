"use strict";
// Nothing depends on this script; it closes the contents on a narrow screen.
if (matchMedia("(max-width: 69.99rem)").matches) document.querySelector("nav details").open = false;
