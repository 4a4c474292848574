import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { html } from '../../packages/server/src/docs-page/html.ts'
import { addressOfFile } from './addresses.ts'
import type { Page } from './page.ts'

/** Files that readers are sent to and may copy. The code of the gateway itself is not shown. */
const shownFiles = /^(deploy|examples)\/|^(compose\.yaml|Dockerfile|LICENSE|\.env\.example)$/

/** Folders that are shown as a list of what is in them. */
const shownFolders = /^(deploy|examples|docs\/recipes|docs\/decisions)(\/|$)/

const isFolder = (root: string, place: string): boolean => statSync(path.join(root, place)).isDirectory()

/** Whether a file or a folder has a page of its own. */
export const isShown = (root: string, place: string): boolean =>
  (isFolder(root, place) ? shownFolders : shownFiles).test(place)

/** What is in a folder that is shown. */
export const placesIn = (root: string, folder: string): string[] =>
  readdirSync(path.join(root, folder))
    .sort()
    .map((name) => `${folder}/${name}`)
    .filter((place) => place.endsWith('.md') || isShown(root, place))

const titled = (place: string, main: string, text: string): Page => ({
  address: addressOfFile(place),
  title: place,
  main: `<h1>${html(place)}</h1>\n${main}`,
  sections: [{ anchor: '', title: place, depth: 1, text }],
})

/** A page that shows a file as it is, or what is in a folder. @param link a link to a place of the repository, from this page */
export const sourcePage = (root: string, place: string, link: (place: string) => string): Page => {
  if (isFolder(root, place)) {
    const rows = placesIn(root, place).map((each) => `<li>${link(each)}</li>`)
    return titled(place, `<ul>${rows.join('')}</ul>`, '')
  }
  const text = readFileSync(path.join(root, place), 'utf8')
  return titled(place, `<pre data-language=""><code>${html(text)}</code></pre>`, text.length > 20_000 ? '' : text)
}
