import type { IncomingMessage, ServerResponse } from 'node:http'
import type { World } from '../world/world.ts'

/** What a world without a rule about versions calls the newest one (seen in: whatsmeow clientpayload.go, August 2026). */
const usualRevision = 1_045_649_367

/** Answers for the web client's page, as far as clients read it: the script that names the newest version, in the form in which the real one holds its
 *  settings. False for every other path. */
export function serveWebPage(world: World, request: IncomingMessage, response: ServerResponse): boolean {
  if ((request.url ?? '').split('?')[0] !== '/sw.js') return false
  const settings = { client_revision: world.minimumVersion?.[2] || usualRevision }
  const script = `self.settings = JSON.parse(${JSON.stringify(JSON.stringify(settings))})\n`
  response.writeHead(200, { 'content-type': 'text/javascript' }).end(script)
  return true
}
