import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.yaml': 'application/yaml; charset=utf-8',
  '.png': 'image/png',
}

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** The file behind an address; undefined for what is no address, or lies outside of the folder. */
const fileOf = (folder: string, base: string, address: string): string | undefined => {
  const pathname = decoded(URL.parse(address, 'http://localhost')?.pathname ?? '%')
  if (!pathname?.startsWith(base)) return undefined
  const file = path.join(folder, pathname.slice(base.length))
  if (file !== folder && !file.startsWith(folder + path.sep)) return undefined
  return pathname.endsWith('/') ? path.join(file, 'index.html') : file
}

export interface Served {
  readonly url: string
  stop(): Promise<void>
}

/** Serves a built site on this machine alone, as a server of files does. @param port 0 for any free one */
export const serveSite = async (folder: string, { port = 0, base = '/' } = {}): Promise<Served> => {
  const server = createServer(async (request, response) => {
    const file = fileOf(folder, base, request.url ?? '/')
    const found = file && (await readFile(file).catch(() => undefined))
    const content = found ?? (await readFile(path.join(folder, '404.html')))
    const type = found && file ? types[path.extname(file)] : types['.html']
    response.writeHead(found ? 200 : 404, { 'content-type': type ?? 'application/octet-stream' }).end(content)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
