/** The first bytes of a connection: the protocol and the version of its dictionary (seen in: baileys Defaults `NOISE_WA_HEADER`, whatsmeow socket/constants.go). */
export const intro: Uint8Array = Uint8Array.of(0x57, 0x41, 6, 3)

/** Longer routing info is not sent: the real one has a few dozen bytes, and one that fits no frame would keep a device from ever connecting again. */
const mostRoutingBytes = 4096

/** What a connection begins with. Routing info is what the server gave an earlier one (seen in: baileys noise-handler.js). */
export function introOf(routingInfo: Uint8Array | undefined): Uint8Array {
  if (!routingInfo || routingInfo.length > mostRoutingBytes) return intro
  const head = Buffer.from([0x45, 0x44, 0, 1, 0, 0, 0])
  head.writeUIntBE(routingInfo.length, 4, 3)
  return Buffer.concat([head, routingInfo, intro])
}
