import type { AccountEvidence, Evidence, LoggedEvent, SaidText } from './evidence.ts'

export type Crime = 'lost' | 'doubled' | 'undecryptable' | 'order' | 'invented'

export interface Fault {
  readonly crime: Crime
  readonly account: string
  readonly what: string
}

/** Names every fault of a run: nothing may be lost, doubled, unreadable, out of the order of its device, or come from nowhere. */
export const judge = ({ accounts }: Evidence): Fault[] =>
  accounts.flatMap((account) =>
    [...judgeLog(account), ...judgeTexts(account), ...judgeSends(account), ...judgeWebhook(account)].map(
      ([crime, what]) => ({ crime, account: account.name, what }),
    ),
  )

type Found = readonly [Crime, string]

const receivedTexts = (log: readonly LoggedEvent[]): string[] =>
  log
    .filter(({ type, data }) => type === 'message.received' && data['is_from_me'] === false && data['type'] === 'text')
    .map(({ data }) => String(data['text']))

/** Numbers without a gap, each event once, and nothing in it that could not be read. */
function* judgeLog({ log, violations }: AccountEvidence): Generator<Found> {
  for (const [place, { seq }] of log.entries()) {
    if (seq === place + 1) continue
    yield [seq > place + 1 ? 'lost' : 'doubled', `the log has seq ${seq} where ${place + 1} belongs`]
    break
  }
  for (const id of repeated(log.map((event) => event.id))) yield ['doubled', `event ${id} is in the log twice`]
  for (const { seq, type, data } of log) {
    if (type === 'message.undecryptable') yield ['undecryptable', `seq ${seq}: ${JSON.stringify(data)}`]
  }
  for (const violation of violations) yield ['undecryptable', `the phone saw ${JSON.stringify(violation)}`]
}

/** What was said to an account is in the log of its device and on its phone: each text once, those of one author in their order. */
function* judgeTexts({ said, log, shown }: AccountEvidence): Generator<Found> {
  for (const [where, texts] of [
    ['the log', receivedTexts(log)],
    ['the phone', shown],
  ] as const) {
    const there = new Set(texts)
    const known = new Set(said.map(({ text }) => text))
    for (const { text } of said) if (!there.has(text)) yield ['lost', `"${text}" is not in ${where}`]
    for (const text of repeated(texts)) yield ['doubled', `"${text}" is in ${where} twice`]
    for (const text of there) if (!known.has(text)) yield ['invented', `nobody said "${text}", which is in ${where}`]
    yield* judgeOrder(said, texts, where)
  }
}

function* judgeOrder(said: readonly SaidText[], texts: readonly string[], where: string): Generator<Found> {
  const places = new Map<string, number>()
  for (const [place, text] of texts.entries()) if (!places.has(text)) places.set(text, place)
  for (const [author, own] of Map.groupBy(said, (each) => each.author)) {
    let last = -1
    for (const { text } of own) {
      const place = places.get(text) ?? last
      if (place < last) yield ['order', `"${text}" of ${author} is before what was said earlier, in ${where}`]
      last = Math.max(last, place)
    }
  }
}

/** What the gateways accepted is told as sent once. */
function* judgeSends({ accepted, log }: AccountEvidence): Generator<Found> {
  const told = log.filter(({ type }) => type === 'message.sent').map(({ data }) => String(data['message_id']))
  const sent = new Set(told)
  for (const { text, messageId } of accepted) {
    if (messageId && !sent.has(messageId)) yield ['lost', `"${text}" was accepted, and is not told as sent`]
  }
  for (const id of repeated(told)) yield ['doubled', `message ${id} is told as sent twice`]
  for (const id of repeated(accepted.map(({ messageId }) => messageId ?? ''))) {
    yield ['doubled', `two sends were answered with message ${id}`]
  }
}

/** A webhook gets every event, and for the first time in the order of the log. */
function* judgeWebhook({ log, told, untold }: AccountEvidence): Generator<Found> {
  const got = new Set(told.map(({ id }) => id))
  for (const { id, seq, type } of log) {
    if (!got.has(id) && !untold.includes(type)) yield ['lost', `the webhook did not get seq ${seq}, ${type}`]
  }
  const logged = new Set(log.map(({ id }) => id))
  for (const id of got) if (!logged.has(id)) yield ['invented', `the webhook got ${id}, which is not in the log`]
  let last = 0
  const seen = new Set<string>()
  for (const { id, seq } of told) {
    if (seen.has(id)) continue
    seen.add(id)
    if (seq < last) yield ['order', `the webhook got seq ${seq} after ${last}`]
    last = Math.max(last, seq)
  }
}

const repeated = (values: readonly string[]): Set<string> => {
  const seen = new Set<string>()
  return new Set(values.filter((value) => value !== '' && (seen.has(value) || !seen.add(value))))
}
