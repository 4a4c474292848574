import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FaultCommands } from '../driver/fault-commands.ts'
import { NamedWorlds } from '../driver/named-worlds.ts'
import { Sandbox } from '../driver/sandbox.ts'
import { PhoneAppState } from '../phone/app-state/phone-app-state.ts'
import { PhoneCalls } from '../phone/calls/phone-calls.ts'
import { PhoneChannel } from '../phone/channels/phone-channel.ts'
import { PhoneChannels } from '../phone/channels/phone-channels.ts'
import { PhoneGroup } from '../phone/groups/phone-group.ts'
import { PhoneGroups } from '../phone/groups/phone-groups.ts'
import { PhoneHistory } from '../phone/history/phone-history.ts'
import { PhonePasskey } from '../phone/linking/phone-passkey.ts'
import { PhoneMedia } from '../phone/media/phone-media.ts'
import { PhonePeople } from '../phone/people/phone-people.ts'
import { Phone } from '../phone/phone.ts'
import { PhoneSettings } from '../phone/settings/phone-settings.ts'
import { PhoneStatus } from '../phone/status/phone-status.ts'
import { routes } from './control-handler.ts'

/** What a phone does with itself and no person asks of it. */
const inner = (why: string): { why: string } => ({ why })
const plumbing = inner('called by the parts of a phone')
const inProcess = inner('about this process, not about the world')

const phone = '/phones/{id}'
const group = `${phone}/groups/{jid}`
const channel = `${phone}/channels/{jid}`
const appState = `POST ${phone}/app-state`
const changeMembers = `POST ${group}/participants`
const changeAdmins = `POST ${channel}/admins`

type Parity = Record<string, string | { why: string }>

/** Where each ability of the driver is in the control API. */
const parity: [{ prototype: object; name: string }, Parity][] = [
  [
    Sandbox,
    {
      ...{ phone: 'POST /phones', phones: 'GET /phones', findPhone: `GET ${phone}`, device: 'GET /devices/{jid}' },
      ...{ advance: 'POST /clock', snapshot: 'POST /snapshot', restore: 'POST /restore', reset: 'POST /reset' },
      ...{
        reinstall: `POST ${phone}/reinstall`,
        changeNumber: `POST ${phone}/number`,
        setAliases: `POST ${phone}/aliases`,
      },
      ...{ setPersona: `POST ${phone}/persona`, disconnect: 'POST /devices/{jid}/disconnect' },
      ...{ world: 'GET /events', unhandled: 'GET /unhandled', stop: inProcess, controlHandler: inProcess },
      ...{ socketUrl: 'GET /', origin: 'GET /', rootKeyHex: 'GET /', caCertificatePem: 'GET /', server: inProcess },
    },
  ],
  [
    FaultCommands,
    {
      next: 'POST /faults',
      apply: 'POST /faults',
      list: 'GET /faults',
      cancel: 'DELETE /faults/{id}',
      clear: 'DELETE /faults',
    },
  ],
  [
    NamedWorlds,
    {
      ...{ create: 'POST /worlds', get: 'GET /worlds/{name}', names: 'GET /worlds', remove: 'DELETE /worlds/{name}' },
      ...{ reopen: inProcess, stop: inProcess },
    },
  ],
  [
    Phone,
    {
      ...{ id: `GET ${phone}`, jid: `GET ${phone}`, lid: `GET ${phone}`, connected: `GET ${phone}` },
      ...{ duplicates: `GET ${phone}`, connect: `POST ${phone}/connect`, disconnect: `POST ${phone}/disconnect` },
      ...{
        send: `POST ${phone}/messages`,
        read: `POST ${phone}/read`,
        readByIds: `POST ${phone}/read`,
        play: `POST ${phone}/play`,
        playByIds: `POST ${phone}/play`,
      },
      ...{ typing: `POST ${phone}/typing`, presence: `POST ${phone}/presence`, subscribe: `POST ${phone}/presence` },
      ...{ scan: `POST ${phone}/scan`, enterLinkCode: `POST ${phone}/link-code`, messages: `GET ${phone}/messages` },
      ...{ devices: `GET ${phone}/devices`, unlink: `DELETE ${phone}/devices/{n}`, rename: `POST ${phone}/name` },
      shareLidMappings: `POST ${phone}/lid-mappings`,
      sendMessage: inner('raw protobuf, for tests of this repository'),
      assumeSettled: inner('for accounts that are seeded as linked'),
      welcome: plumbing,
    },
  ],
  [
    PhonePasskey,
    { make: `POST ${phone}/passkey`, remove: `DELETE ${phone}/passkey`, sign: `POST ${phone}/passkey/sign` },
  ],
  [
    PhoneGroups,
    {
      ...{ create: `POST ${phone}/groups`, createCommunity: `POST ${phone}/communities`, list: `GET ${phone}/groups` },
      ...{ inviteInfo: `GET ${phone}/invites/{code}`, join: `POST ${phone}/groups/join` },
      ...{ acceptInvite: `POST ${phone}/groups/accept`, of: `GET ${group}`, joined: plumbing, take: plumbing },
    },
  ],
  [
    PhoneGroup,
    {
      ...{ info: `GET ${group}`, add: changeMembers, remove: changeMembers, promote: changeMembers },
      ...{
        demote: changeMembers,
        leave: `POST ${group}/leave`,
        deactivate: `POST ${group}/deactivate`,
        setSubject: `POST ${group}/subject`,
      },
      ...{ setDescription: `POST ${group}/description`, set: `POST ${group}/settings` },
      ...{ setPhoto: `POST ${group}/photo`, removePhoto: `DELETE ${group}/photo`, inviteCode: `GET ${group}/invite` },
      ...{ resetInvite: `POST ${group}/invite/reset`, invite: `POST ${group}/invitations` },
      ...{ revokeInvites: `POST ${group}/invitations/revoke`, requests: `GET ${group}/requests` },
      ...{ approve: `POST ${group}/requests`, reject: `POST ${group}/requests` },
      ...{ cancelRequest: `DELETE ${group}/requests`, link: `POST ${group}/links`, unlink: `POST ${group}/unlinks` },
      ...{ subGroups: `GET ${group}/subgroups`, members: `GET ${group}/members` },
      ...{ joinSubGroup: `POST ${group}/subgroups/join`, send: `POST ${group}/messages` },
      ...{
        revoke: `POST ${group}/revoke`,
        read: `POST ${phone}/read`,
        play: `POST ${phone}/play`,
        typing: `POST ${phone}/typing`,
      },
      ...{ messages: `GET ${group}/messages`, message: `GET ${phone}/messages/{mid}` },
      ...{ sendMessage: inner('raw protobuf, for tests of this repository'), sendWaiting: plumbing },
    },
  ],
  [
    PhoneStatus,
    {
      ...{ post: `POST ${phone}/status`, revoke: `DELETE ${phone}/status/{mid}`, list: `GET ${phone}/status` },
      ...{
        react: `POST ${phone}/status/reactions`,
        view: `POST ${phone}/status/views`,
        viewByIds: `POST ${phone}/read`,
        viewers: `GET ${phone}/status`,
      },
      ...{ audience: `GET ${phone}/status-audience`, sendWaiting: plumbing, take: plumbing },
    },
  ],
  [
    PhoneChannels,
    {
      ...{ of: `GET ${channel}`, create: `POST ${phone}/channels`, acceptTerms: `POST ${phone}/channel-terms` },
      ...{ list: `GET ${phone}/channels`, find: `GET ${phone}/channel-invites/{code}` },
      ...{ follow: `POST ${phone}/channels/follow`, newId: plumbing, take: plumbing, takeChange: plumbing },
      entryOf: plumbing,
    },
  ],
  [
    PhoneChannel,
    {
      ...{ info: `GET ${channel}`, follow: `POST ${phone}/channels/follow`, unfollow: `POST ${channel}/unfollow` },
      ...{
        mute: `POST ${channel}/mute`,
        post: `POST ${channel}/messages`,
        postStatus: inner('how phones send one is not known: for tests of this repository'),
        comment: `POST ${channel}/comments`,
      },
      ...{
        edit: `POST ${channel}/edit`,
        revoke: `POST ${channel}/revoke`,
        react: `POST ${channel}/reactions`,
        vote: `POST ${channel}/votes`,
      },
      ...{ view: `POST ${channel}/views`, viewByIds: `POST ${phone}/read`, messages: `GET ${channel}/messages` },
      ...{ updates: `GET ${channel}/updates`, liveUpdates: `POST ${channel}/live` },
      ...{ file: `GET ${channel}/messages/{server_id}/media`, update: `POST ${channel}/update` },
      ...{ delete: `DELETE ${channel}`, inviteAdmin: changeAdmins, revokeAdminInvite: changeAdmins },
      ...{ acceptAdminInvite: changeAdmins, pendingAdmins: `GET ${channel}/admins` },
      ...{ adminCount: `GET ${channel}/admins`, demote: changeAdmins, transferTo: changeAdmins },
      ...{ followers: `GET ${channel}/followers`, sendWaiting: plumbing },
    },
  ],
  [
    PhoneAppState,
    {
      ...{ mute: appState, pin: appState, archive: appState, markRead: appState, lock: appState, clear: appState },
      ...{ delete: appState, star: appState, deleteForMe: appState, editLabel: appState, labelChat: appState },
      ...{ labelMessage: appState, saveContact: appState, removeContact: appState, muteStatus: appState },
      ...{ setUnarchiveChats: appState, setLocale: appState, setTimeFormat: appState, setLinkPreviews: appState },
      ...{ quickReply: appState, tellNumber: appState, renewContactSalt: appState, chat: `GET ${phone}/chats/{jid}` },
      ...{ isStatusMuted: `GET ${phone}/chats/{jid}`, message: `GET ${phone}/messages/{mid}` },
      ...{ labels: `GET ${phone}/app-state`, contacts: `GET ${phone}/app-state`, settings: `GET ${phone}/app-state` },
      ...{ versionOf: `GET ${phone}/app-state`, checkSnapshot: `GET ${phone}/app-state/{collection}` },
      ...{ isHidden: `GET ${phone}/messages`, records: inner('raw records, for tests of this repository') },
      publish: inner('raw records, for tests of this repository'),
    },
  ],
  [
    PhoneMedia,
    {
      ...{ bytes: `GET ${phone}/messages/{mid}/media`, mimetype: `GET ${phone}/messages/{mid}/media` },
      ...{ expire: `POST ${phone}/messages/{mid}/media/expire`, delete: `DELETE ${phone}/messages/{mid}/media` },
      upload: `POST ${phone}/messages`,
    },
  ],
  [
    PhoneCalls,
    {
      ...{ list: `GET ${phone}/calls`, of: `GET ${phone}/calls`, offer: `POST ${phone}/calls` },
      ...Object.fromEntries(
        ['accept', 'reject', 'terminate', 'transport', 'signal'].map((step) => [
          step,
          `POST ${phone}/calls/{call}/${step}`,
        ]),
      ),
      ...{ relayLatency: `POST ${phone}/calls/{call}/relay-latency`, take: plumbing },
    },
  ],
  [PhoneHistory, { seed: `POST ${phone}/history`, before: plumbing, parts: plumbing }],
  [
    PhoneSettings,
    {
      ...{ setPicture: `POST ${phone}/picture`, removePicture: `DELETE ${phone}/picture` },
      ...{ setAbout: `POST ${phone}/about`, privacy: `GET ${phone}/privacy`, setPrivacy: `POST ${phone}/privacy` },
      ...{ shutOut: `GET ${phone}/privacy/{category}`, setStatusPrivacy: `POST ${phone}/status-privacy` },
      ...{ block: `POST ${phone}/blocked`, unblock: `DELETE ${phone}/blocked/{person}` },
      ...{ blocked: `GET ${phone}/blocked`, setDisappearing: `POST ${phone}/disappearing` },
      ...{ saveContacts: `POST ${phone}/contacts`, removeContacts: `POST ${phone}/contacts` },
      ...{ contactCode: `POST ${phone}/contact-code`, giveToken: `POST ${phone}/privacy-tokens` },
      setUsername: `POST ${phone}/username`,
      ...{
        openBusiness: `POST ${phone}/business`,
        recordOrder: `POST ${phone}/orders`,
        createMessageLink: `POST ${phone}/message-links`,
      },
    },
  ],
  [
    PhonePeople,
    {
      ...{ picture: `GET ${phone}/people/{person}`, about: `GET ${phone}/people/{person}` },
      textStatus: `GET ${phone}/people/{person}`,
      ...{ devices: `GET ${phone}/people/{person}`, verifiedName: `GET ${phone}/people/{person}` },
      ...{ username: `GET ${phone}/people/{person}`, withUsername: `GET ${phone}/usernames/{username}` },
      ...{ isRegistered: `GET ${phone}/registered/{number}`, resolveCode: `GET ${phone}/contact-codes/{code}` },
    },
  ],
]

/** Names of the methods and properties of a class, and of those that it extends. */
function abilitiesOf(prototype: object | null): string[] {
  if (prototype === null || prototype === Object.prototype) return []
  const own = Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor')
  return [...own, ...abilitiesOf(Object.getPrototypeOf(prototype))]
}

describe('the control API', () => {
  const known = new Set(routes.map(({ method, path }) => `${method} ${path}`))

  for (const [part, table] of parity) {
    it(`offers all that the driver's ${part.name} can do`, () => {
      const abilities = abilitiesOf(part.prototype)
      assert.deepEqual(
        abilities.filter((name) => !(name in table)),
        [],
        'abilities without a route',
      )
      for (const [ability, route] of Object.entries(table)) {
        if (!abilities.includes(ability) || typeof route !== 'string') continue
        assert.ok(known.has(route), `${ability}: there is no ${route}`)
      }
    })
  }
})
