import type { FilesPhone } from '@switchboard/engine/contract'
import type { Phone, Sandbox } from '@switchboard/sandbox'

export const filesPhone = (phone: Phone, { world }: Sandbox): FilesPhone => ({
  bytes: (id) => phone.media.bytes(id),
  stored(directPath) {
    const found = world.media.find(directPath)
    if (found.status !== 200) throw new Error(`the media host answers ${found.status}`)
    return found.file.bytes
  },
  refuseUploads: (status, count) => world.media.uploadFaults.refuseNext(status, count),
  breakUploads: (share, count) => world.media.uploadFaults.strikeNext({ kind: 'break', share }, count),
  silenceUploads: (count) => world.media.uploadFaults.strikeNext({ kind: 'silence' }, count),
  continuedUploads: () =>
    world.log.since().flatMap(({ type, data }) => (type === 'media.uploaded' ? [Number(data['from'] ?? 0)] : [])),
})
