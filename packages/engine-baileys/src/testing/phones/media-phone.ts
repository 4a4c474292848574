import type { MediaPhone } from '@switchboard/engine/contract'
import type { Phone, Sandbox } from '@switchboard/sandbox'

export const mediaPhone = (phone: Phone, sandbox: Sandbox): MediaPhone => ({
  async send(to, kind, data, tray) {
    const { id } = await phone.send(to, { [kind]: { data, ...(tray && { tray }) } })
    return { id, data }
  },
  async post(channel, kind, data) {
    const { id } = await phone.channels.of(channel).post({ [kind]: { data } })
    return { id, data }
  },
  expire: (id, status) => void phone.media.expire(id, status),
  delete: (id) => phone.media.delete(id),
  spoil(id) {
    const data = phone.media.bytes(id)
    const { files } = sandbox.world.media.snapshot()
    // The newest that is a little longer than the file: the sealed form of it.
    const file = files.findLast(({ bytes }) => bytes.length > data.length && bytes.length <= data.length + 26)
    if (!file) throw new Error('the file is not at the media host')
    file.bytes[file.bytes.length >> 1]! ^= 1
  },
})
