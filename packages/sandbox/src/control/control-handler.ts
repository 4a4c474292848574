import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Sandbox } from '../driver/sandbox.ts'

export function createControlHandler(
  _sandbox: Sandbox,
  _token?: string,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (_request, response) => void response.writeHead(501).end()
}
