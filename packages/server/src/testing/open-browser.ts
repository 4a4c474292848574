import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const places = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Where a browser is installed; undefined when there is none. */
export const browserPath = (): string | undefined => places.find((place) => place !== undefined && existsSync(place))

/** Why stories in a browser are skipped; false when they are not. */
export const noBrowser = (): string | false =>
  browserPath() ? false : 'Chromium is not installed (apt-get install chromium)'

/** A real browser without a window, which reaches nothing but this machine. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: browserPath()!,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
