// Read before the first paint (a plain script in the head): no flash of the wrong theme or side bar.
// It also tells the server the reader's time zone (accounts/middleware.py), from the next page on.
{
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const theme = localStorage.getItem("plumbline.theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    if (localStorage.getItem("plumbline.rail") === "folded") root.dataset.rail = "folded";
  } catch {
    // Storage is forbidden: the system's theme it is.
  }
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone) document.cookie = `time_zone=${zone}; path=/; max-age=31536000; samesite=lax`;
}
