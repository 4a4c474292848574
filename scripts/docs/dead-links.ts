import path from 'node:path'

/** Where a browser goes from a page; undefined where it leaves the site. */
const targetOf = (from: string, to: string): { address: string; anchor: string } | undefined => {
  if (/^[a-z][a-z+.-]*:/i.test(to)) return undefined
  const [place = '', anchor = ''] = to.split('#')
  const address = place === '' ? from : path.posix.join(path.posix.dirname(from), place)
  return {
    address: address.endsWith('/') || address === '.' ? path.posix.join(address, 'index.html') : address,
    anchor,
  }
}

const unescaped = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&')

/** What a page names that the site does not have: pages, files and anchors. @param files every file of the site; undefined for one that is no page */
export const deadLinks = (files: ReadonlyMap<string, string | undefined>): string[] => {
  const anchors = new Map<string, ReadonlySet<string>>()
  const anchorsOf = (address: string): ReadonlySet<string> => {
    const known = anchors.get(address)
    if (known) return known
    const found = [...(files.get(address) ?? '').matchAll(/ id="([^"]*)"/g)].map(([, id = '']) => unescaped(id))
    anchors.set(address, new Set(found))
    return anchors.get(address)!
  }
  const faults: string[] = []
  for (const [from, text] of files) {
    // Its addresses begin with the base path, which is not known here.
    if (from === '404.html') continue
    for (const [, to = ''] of (text ?? '').matchAll(/ (?:href|src)="([^"]*)"/g)) {
      const target = targetOf(from, unescaped(to))
      if (!target) continue
      if (!files.has(target.address)) faults.push(`${from} leads to ${to}, which is not there`)
      else if (target.anchor && !anchorsOf(target.address).has(decodeURIComponent(target.anchor)))
        faults.push(`${from} leads to ${to}, which has no such part`)
    }
  }
  return faults
}
