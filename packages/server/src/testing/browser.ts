import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'

const program = '/usr/bin/chromium'

/** Why tests in a browser are skipped; false when they are not. */
export const withoutBrowser: string | false = existsSync(program) ? false : `${program} is not there`

const flags = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--remote-debugging-port=0'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
]

/** A page in a real browser, over its DevTools protocol (https://chromedevtools.github.io/devtools-protocol/). */
export class Browser {
  readonly #process: ChildProcess
  readonly #profile: string
  readonly #socket: WebSocket
  #calls = 0

  private constructor(process: ChildProcess, profile: string, socket: WebSocket) {
    this.#process = process
    this.#profile = profile
    this.#socket = socket
  }

  /** Opens an address in a window of so many pixels. */
  static async open(url: string, [width, height] = [360, 740]): Promise<Browser> {
    const profile = mkdtempSync(path.join(tmpdir(), 'switchboard-browser-'))
    const process = spawn(program, [...flags, `--user-data-dir=${profile}`, `--window-size=${width},${height}`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let devTools: URL | undefined
    for await (const line of createInterface({ input: process.stderr! })) {
      const found = /^DevTools listening on (\S+)/.exec(line)?.[1]
      if (!found) continue
      devTools = new URL(found)
      break
    }
    if (!devTools) throw new Error('the browser does not start')
    process.stderr!.resume()
    const made = await fetch(`http://${devTools.host}/json/new?${encodeURIComponent(url)}`, { method: 'PUT' })
    const { webSocketDebuggerUrl } = (await made.json()) as { webSocketDebuggerUrl: string }
    const socket = new WebSocket(webSocketDebuggerUrl)
    await once(socket, 'open')
    return new Browser(process, profile, socket)
  }

  /** What an expression is in the page; undefined while there is none yet. */
  async evaluate<Value>(expression: string): Promise<Value | undefined> {
    const answer = await this.#call('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true })
    return (answer as { result: { value: Value } } | undefined)?.result.value
  }

  /** PNG of what is seen. */
  async screenshot(): Promise<Buffer> {
    const { data } = (await this.#call('Page.captureScreenshot', {})) as { data: string }
    return Buffer.from(data, 'base64')
  }

  async close(): Promise<void> {
    this.#socket.close()
    const ended = once(this.#process, 'exit')
    this.#process.kill()
    await ended
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 })
  }

  #call(method: string, params: object): Promise<unknown> {
    const id = ++this.#calls
    const { promise, resolve } = Promise.withResolvers<unknown>()
    const hear = ({ data }: MessageEvent) => {
      const said = JSON.parse(String(data)) as { id?: number; result?: unknown }
      if (said.id !== id) return
      this.#socket.removeEventListener('message', hear)
      resolve(said.result)
    }
    this.#socket.addEventListener('message', hear)
    this.#socket.send(JSON.stringify({ id, method, params }))
    return promise
  }
}
