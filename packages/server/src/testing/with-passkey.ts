import type { TestDevice, TestGateway } from './start-test-gateway.ts'
import { until } from './until.ts'

/** A device that a phone has scanned, of an account with a passkey: WhatsApp waits for that. */
export async function withPasskey(gateway: TestGateway, device?: TestDevice) {
  const waiting = device ?? (await gateway.createDevice())
  const phone = await gateway.phone('Paz')
  phone.passkey.make()
  const { qr_text } = await waiting.api.post<{ qr_text: string }>('/devices/me/login')
  phone.scan(qr_text).catch(() => undefined)
  await until('a passkey is asked for', () => gateway.services.sessions.passkey(waiting.id) !== undefined)
  const { public_key } = await waiting.api.get<{ public_key: { challenge: string } }>('/devices/me/login/passkey')
  return { device: waiting, phone, challenge: public_key.challenge }
}
