(() => {
  const slides = [...document.querySelectorAll(".slide")];
  const links = [...document.querySelectorAll("nav a")];
  let current = 0;
  const mark = (index) => {
    current = index;
    links.forEach((link, i) => i === index ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current"));
  };
  const go = (index) => {
    const next = Math.max(0, Math.min(slides.length - 1, index));
    slides[next].focus({ preventScroll: true });
    slides[next].scrollIntoView();
    mark(next);
  };
  const keys = {
    ArrowRight: () => current + 1, PageDown: () => current + 1,
    ArrowLeft: () => current - 1, PageUp: () => current - 1,
    Home: () => 0, End: () => slides.length - 1,
  };
  document.addEventListener("keydown", (event) => {
    // In an open table the keys scroll the table, as everywhere.
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.target.closest(".table")) return;
    const key = keys[event.key];
    if (key) { event.preventDefault(); go(key()); }
  });
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) mark(slides.indexOf(entry.target));
  }, { rootMargin: "-50% 0px -50% 0px" });
  slides.forEach((slide) => seen.observe(slide));
})();
