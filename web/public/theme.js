// Before anything is drawn: the theme that was chosen, else the page would flash in the other one.
try {
  var theme = localStorage.getItem('parlor.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch (_) {
  // Without storage the system's theme is taken.
}
