const open = (): void => {
  const id = decodeURIComponent(location.hash.slice(1))
  const target = id ? document.getElementById(id) : null
  if (!target) return
  // On the first page an operation is a line that leads to its box.
  if (target.matches('.rows > li')) {
    const to = [...target.querySelectorAll('a')].find(({ hash }) => decodeURIComponent(hash.slice(1)) === id)
    if (to) location.replace(to.href)
    return
  }
  const box = target.closest('details')
  if (!box) return
  box.open = true
  box.scrollIntoView()
  box.querySelector('summary')?.focus({ preventScroll: true })
}

/** Opens the box of whatever the address names, also when it changes or is followed again. */
export const openLinked = (): void => {
  open()
  addEventListener('hashchange', open)
  document.addEventListener('click', ({ target }) => {
    const link = target instanceof Element ? target.closest('a') : null
    if (link && link.href === location.href && link.hash) open()
  })
}
