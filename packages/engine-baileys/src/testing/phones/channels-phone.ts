import type { ChannelsPhone } from '@switchboard/engine/contract'
import type { Phone } from '@switchboard/sandbox'

export const channelsPhone = (phone: Phone): ChannelsPhone => ({
  async create(name) {
    await phone.channels.acceptTerms()
    return (await phone.channels.create({ name })).jid
  },
  follow: (channel) => phone.channels.of(channel).follow(),
  isMuted: async (channel) => (await phone.channels.of(channel).info()).muted,
})
