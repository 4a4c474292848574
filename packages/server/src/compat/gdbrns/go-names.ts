/** Operations that the reference answers with names of Go: their structs have no tags. Source: gdbrns/go-whatsapp-multi-session-rest-api, commit dab7403. */
const answeredInGo: ReadonlySet<string> = new Set([
  ...['device.login', 'device.loginCode', 'device.checkRegistered', 'device.getServerPushConfig'],
  ...['users.get', 'users.getProfilePicture', 'users.getPrivacy', 'users.changePrivacy', 'users.getStatusPrivacy'],
  ...[
    'groups.list',
    'groups.create',
    'groups.get',
    'groups.listRequests',
    'groups.previewInvite',
    'groups.listSubgroups',
  ],
  ...['groups.addParticipants', 'groups.removeParticipants', 'groups.approveRequests', 'groups.rejectRequests'],
  ...['groups.promoteAdmins', 'groups.demoteAdmins', 'newsletters.listUpdates'],
  ...['webhooks.list', 'webhooks.get', 'webhooks.listLogs'],
])

/** Words that Go writes in capitals. */
const initialisms: ReadonlySet<string> = new Set(['id', 'jid', 'lid', 'qr', 'url', 'pn'])

/** Names that differ by more than how they are written. */
const renamed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'users.getPrivacy': { groups: 'GroupAdd', profile_picture: 'Profile', calls: 'CallAdd' },
  'users.changePrivacy': { groups: 'GroupAdd', profile_picture: 'Profile', calls: 'CallAdd' },
  'newsletters.listUpdates': { server_id: 'MessageServerID', views: 'ViewsCount' },
}

const inGo = (name: string): string =>
  name
    .split('_')
    .map((word) => (initialisms.has(word) ? word.toUpperCase() : word.charAt(0).toUpperCase() + word.slice(1)))
    .join('')

const doubled = (value: unknown, others: Readonly<Record<string, string>>, isTop: boolean): unknown => {
  if (Array.isArray(value)) return value.map((each) => doubled(each, others, isTop))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, inner]) => [name, doubled(inner, others, false)] as const)
  return Object.fromEntries(
    entries.flatMap(([name, inner]) => [
      [name, inner] as const,
      [(isTop ? others[name] : undefined) ?? inGo(name), inner] as const,
    ]),
  )
}

/** The `data` of an answer under both names: ours, and those of the reference. Undefined: the operation has the same names there. */
export const goNamesFor = (operation: string): ((data: unknown) => unknown) | undefined =>
  answeredInGo.has(operation) ? (data) => doubled(data, renamed[operation] ?? {}, true) : undefined
