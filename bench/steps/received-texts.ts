import type { SeededGateway } from './seeded-gateway.ts'

/** How many texts the event log has taken. */
export async function receivedTexts({ gateway }: SeededGateway): Promise<number> {
  const answer = await fetch(`${gateway.url}/metrics`, { headers: { 'x-admin-secret': gateway.adminSecret } })
  return Number(/^switchboard_events_total\{type="message.received"\} (\d+)/m.exec(await answer.text())?.[1] ?? 0)
}
