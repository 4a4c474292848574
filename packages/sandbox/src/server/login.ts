import type { WireNode } from '../wire/node.ts'
import type { Device } from '../world/account.ts'
import { deviceJid, deviceName } from '../world/address.ts'
import type { LoginFailure } from '../world/stream-end.ts'
import type { World } from '../world/world.ts'
import { DeviceStream } from './device-stream.ts'
import { HeldLogin } from './held-login.ts'
import type { HandshakeOutcome } from './noise-responder.ts'
import type { StreamLink, StreamPhase } from './stream-phase.ts'

/** Lets a linked device in: it is known, and its Noise static key is the one it was linked with. Otherwise `<failure reason="401"/>` and the end.
 *  Seen in two clients (whatsmeow store/clientpayload.go and connectionevents.go, baileys validate-connection.js and socket.js). */
export function login(world: World, link: StreamLink, outcome: HandshakeOutcome): StreamPhase | undefined {
  const { username, device: number = 0 } = outcome.payload
  const device = world.account(String(username ?? ''))?.devices.get(number)
  if (!device || !owns(device, outcome.clientStatic)) {
    world.log.append('login.refused', { username, device: number, reason: 401 })
    return refuse(link, { reason: 401 })
  }
  if (world.faults.unreachable(device)) return new HeldLogin(world, device, () => admit(world, link, outcome, device))
  return admit(world, link, outcome, device)
}

function admit(world: World, link: StreamLink, outcome: HandshakeOutcome, device: Device): StreamPhase | undefined {
  const failure = world.faults.loginFailure(device)
  if (failure) {
    world.log.append('login.refused', { device: deviceName(device), reason: failure.reason })
    return refuse(link, failure)
  }
  world.streams.get(device)?.end({ kind: 'replaced' })
  const stream = new DeviceStream(world, device, link)
  world.streams.set(device, stream)
  world.log.append('connected', { device: deviceName(device) })
  link.send(success(world, device))
  if (!outcome.payload.passive) stream.activate()
  return stream
}

function owns(device: Device, proven: Uint8Array): boolean {
  return device.noiseKey !== undefined && Buffer.from(device.noiseKey).equals(proven)
}

/** `<failure reason>`, and the end. Seen in two clients (whatsmeow connectionevents.go, baileys socket.js). */
export function refuse(link: StreamLink, failure: LoginFailure): undefined {
  const { reason, code, expireSeconds } = failure
  const attrs: Record<string, string> = { reason: String(reason), location: 'sandbox' }
  if (code !== undefined) attrs['code'] = String(code)
  if (expireSeconds !== undefined) attrs['expire'] = String(expireSeconds)
  link.send({ tag: 'failure', attrs })
  link.close()
}

function success(world: World, device: Device): WireNode {
  return {
    tag: 'success',
    attrs: {
      t: String(world.seconds()),
      props: '1',
      abprops: '1',
      location: 'sandbox',
      lid: deviceJid(device, 'lid'),
      ...(device.account.pushName ? { display_name: device.account.pushName } : {}),
    },
  }
}
