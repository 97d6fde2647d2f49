// A small picture that is wider than the screen is first seen where the thing is that it is of.

for (const inset of document.querySelectorAll(".inset")) {
  const seen = inset.getBoundingClientRect(), first = inset.querySelector("[data-first] rect").getBoundingClientRect();
  inset.scrollLeft += first.left + first.width / 2 - seen.left - seen.width / 2;
}
