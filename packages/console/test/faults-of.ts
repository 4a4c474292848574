import type { Page } from 'playwright-core'

/** Says what a page should never have: an error of its script, something that its policy forbids, a request to anybody but its own server. */
export const faultsOf = (page: Page, origin: string, hear: (fault: string) => void): void => {
  page.on('pageerror', (error) => hear(`error: ${error.stack ?? error.message}`))
  page.on('console', (message) => {
    // A refused request is said here too: what it means is for the page to show.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      hear(`console: ${message.text()}`)
  })
  page.on('request', (request) => {
    const url = request.url()
    // The page of a pairing link looks for an extension, which is within the browser.
    if (!url.startsWith(origin) && !/^(data|blob|chrome-extension):/.test(url)) hear(`request: ${url}`)
  })
}
