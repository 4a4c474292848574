// An echo bot: it answers every text that its device gets. It follows the live stream of events, and loses no message and answers none twice
// when it is killed, when the gateway is killed, or both.
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

interface Received {
  readonly id: string
  readonly seq: number
  readonly data: { readonly chat: string; readonly text?: string; readonly is_from_me: boolean }
}

const setting = (name: string): string => {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is missing`)
  return value
}

const api = setting('BOT_API_URL')
const place = setting('BOT_STATE')
const headers = { authorization: `Bearer ${setting('BOT_TOKEN')}` }
const types = 'message.received'
/** The gateway sends a sign of life every 15 seconds. */
const silenceMs = 45_000

/** Up to where everything is answered; undefined before the first start. */
const readPlace = (): number | undefined => {
  try {
    return JSON.parse(readFileSync(place, 'utf8')).after
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** The old file or the new one, and never half of one, whatever happens meanwhile. */
const writePlace = (after: number): void => {
  const file = openSync(`${place}.new`, 'w')
  writeSync(file, JSON.stringify({ after }))
  fsyncSync(file)
  closeSync(file)
  renameSync(`${place}.new`, place)
}

interface Answer<Data> {
  readonly data: Data
  readonly message: string
  readonly retryable?: boolean
  readonly details?: { readonly newest_seq?: number; readonly oldest_after?: number }
}

type Page = Answer<{ readonly events: readonly Received[]; readonly next_after: number }>

/** A page of the log, as soon as the gateway answers. */
const readPage = async (after: number): Promise<Page['data']> => {
  for (;;) {
    const url = `${api}/events?after=${after}&types=${types}&limit=1000`
    const response = await fetch(url, { headers }).catch(() => undefined)
    const answer = (await response?.json().catch(() => undefined)) as Page | undefined
    if (response?.ok && answer) return answer.data
    if (answer?.retryable === false) {
      // The log was restored from a backup, or what comes next was too old to be kept, or the place is one of another device.
      const next = answer.details?.newest_seq ?? answer.details?.oldest_after
      if (next === undefined) throw new Error(answer.message)
      console.error(`event ${after}: ${answer.message}`)
      return { events: [], next_after: next }
    }
    await sleep(500)
  }
}

/** Where to begin: at the place that was saved, if the log has it; for the first start at the end of the log, so that nothing old is answered. */
const findStart = async (): Promise<number> => {
  const saved = readPlace()
  for (let after = saved ?? 0; ; ) {
    const { events, next_after } = await readPage(after)
    if (saved !== undefined && events.length > 0) return after
    after = next_after
    if (events.length === 0) return after
  }
}

/** Sends the answer, however long that takes. The key makes a repetition harmless, also one after a crash of either side. */
const answer = async ({ id, data }: Received): Promise<void> => {
  for (let pauseMs = 500; ; pauseMs = Math.min(pauseMs * 2, 10_000)) {
    const response = await fetch(`${api}/chats/${encodeURIComponent(data.chat)}/messages`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': id },
      body: JSON.stringify({ text: `You said: ${data.text}` }),
    }).catch(() => undefined)
    if (response?.ok) return
    const failure = (await response?.json().catch(() => undefined)) as Answer<undefined> | undefined
    if (failure?.retryable === false) return console.error(`${id} cannot be answered: ${failure.message}`)
    await sleep(pauseMs)
  }
}

/** The events behind a place, as they come, until the stream ends. */
async function* follow(after: number): AsyncGenerator<Received> {
  const silent = new AbortController()
  const patience = setTimeout(() => silent.abort(), silenceMs)
  try {
    const url = `${api}/events/stream?after=${after}&types=${types}`
    const response = await fetch(url, { headers, signal: silent.signal })
    if (!response.ok || !response.body)
      throw new Error(`the stream answers ${response.status}: ${await response.text()}`)
    let rest = ''
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      patience.refresh()
      const parts = `${rest}${chunk}`.split('\n\n')
      rest = parts.pop() ?? ''
      for (const part of parts) {
        const data = part.split('\n').find((line) => line.startsWith('data: '))
        if (data && !part.includes('event: error')) yield JSON.parse(data.slice('data: '.length))
      }
    }
  } finally {
    clearTimeout(patience)
  }
}

let after = await findStart()
writePlace(after)
console.log('answering from here on')
for (;;) {
  try {
    for await (const event of follow(after)) {
      if (!event.data.is_from_me && event.data.text) await answer(event)
      after = event.seq
      writePlace(after)
    }
  } catch (error) {
    console.error(`connecting again: ${(error as Error).message}`)
  }
  await sleep(500)
  after = await findStart()
}
