import type { Keyring, Sealer } from '../storage/sealing/keyring.ts'

const kind = 'proxy'
const key = 'url'

export const sealProxyUrlWith = (sealer: Sealer, url: string): Uint8Array => sealer.seal(kind, key, Buffer.from(url))

/** Seals a device's proxy URL, which may hold a password, for `device.proxy_url_sealed`. */
export async function sealProxyUrl(keyring: Keyring, deviceId: string, url: string): Promise<Uint8Array> {
  return sealProxyUrlWith(await keyring.forDevice(deviceId), url)
}

/** The device's own proxy, or undefined when it has none. @throws SealError */
export async function openProxyUrl(
  keyring: Keyring,
  deviceId: string,
  sealed: Uint8Array | null,
): Promise<string | undefined> {
  if (!sealed) return undefined
  return Buffer.from((await keyring.forDevice(deviceId)).open(kind, key, sealed)).toString()
}
