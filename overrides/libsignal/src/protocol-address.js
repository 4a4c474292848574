/** One device of one user, written `user.device`. */
export class ProtocolAddress {
  constructor(id, deviceId) {
    if (typeof id !== 'string' || id.includes('.')) throw new TypeError('A user id without a dot is needed')
    if (typeof deviceId !== 'number') throw new TypeError('A device number is needed')
    this.id = id
    this.deviceId = deviceId
  }

  static from(address) {
    const match = /^([^.]+)\.(\d+)$/.exec(address)
    if (!match) throw new TypeError('Not an address')
    return new ProtocolAddress(match[1], Number(match[2]))
  }

  is(other) {
    return other instanceof ProtocolAddress && other.id === this.id && other.deviceId === this.deviceId
  }

  toString() {
    return `${this.id}.${this.deviceId}`
  }
}
