import type { GroupsPhone } from '@switchboard/engine/contract'
import type { Phone } from '@switchboard/sandbox'

export const groupsPhone = (phone: Phone): GroupsPhone => ({
  async create(name, members, options = {}) {
    return (await phone.groups.create({ subject: name, participants: [...members], ...options })).jid
  },
  rename: (group, name) => phone.groups.of(group).setSubject(name),
  add: (group, person) => phone.groups.of(group).add([person]),
  remove: (group, person) => phone.groups.of(group).remove([person]),
  setTimer: (group, seconds) => phone.groups.of(group).set({ ephemeralSeconds: seconds }),
  showsName: (group, name) => phone.groups.of(group).until.change('subject', ({ subject }) => subject === name),
})
