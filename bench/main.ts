import { authenticatedNoOp } from './scenarios/authenticated-no-op.ts'
import { group } from './scenarios/group.ts'
import { history } from './scenarios/history.ts'
import { hostileRequests } from './scenarios/hostile-requests.ts'
import { idleSessions } from './scenarios/idle-sessions.ts'
import { inboundToWebhook } from './scenarios/inbound-to-webhook.ts'
import { media } from './scenarios/media.ts'
import { mediaDownloads } from './scenarios/media-downloads.ts'
import { sendTexts } from './scenarios/send-texts.ts'
import { soak } from './scenarios/soak.ts'
import { status } from './scenarios/status.ts'
import { routedMessages } from './scenarios/world.ts'

/** Each scenario prints what it measured next to the aim. Nothing is asserted: numbers belong to a machine. */
const scenarios: Record<string, () => Promise<void>> = {
  idle: () => idleSessions([100, 300, 1000]),
  send: () => sendTexts([1, 10, 50]),
  receive: () => inboundToWebhook(),
  media: () => media(),
  auth: () => authenticatedNoOp(),
  world: () => routedMessages(),
  downloads: () => mediaDownloads(),
  history: () => history(),
  status: () => status(),
  group: () => group(),
  hostile: () => hostileRequests(),
  soak: () => soak(),
}
/** What is run when nothing is named: soaking takes ten minutes. */
const usual = Object.keys(scenarios).filter((name) => name !== 'soak')

const names = process.argv.slice(2)
const unknown = names.filter((name) => !Object.hasOwn(scenarios, name))
if (unknown.length > 0) {
  console.error(`No scenario ${unknown.join(', ')}. There are: ${Object.keys(scenarios).join(', ')}.`)
  process.exit(2)
}
for (const name of names.length > 0 ? names : usual) {
  console.log(`\n## ${name}`)
  await scenarios[name]!()
}
process.exit(0)
