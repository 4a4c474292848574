import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, it, type TestContext } from 'node:test'
import { BadLine } from '../packages/client/src/testing/bad-line.ts'
import {
  startTestGateway,
  type TestDevice,
  type TestGateway,
} from '../packages/server/src/testing/start-test-gateway.ts'
import { until } from '../packages/server/src/testing/until.ts'
import { WebhookReceiver } from '../packages/server/src/testing/webhook-receiver.ts'
import { NoPackages, pythonTools, runPython, whyNoPython } from '../scripts/build/python-tools.ts'
import { makePythonWheel } from '../scripts/build/python-wheel.ts'

const root = path.resolve(import.meta.dirname, '..')

const sends = `
import io, sys
from switchboard_client import Switchboard, SwitchboardError
from uuid import UUID
from switchboard_client.models import MessagingSendDocumentForm, MessagingSendTextBody
from switchboard_client.types import File
from readme import send_file

url, token, key, device, chat, text = sys.argv[1:]
for credential in ({"device_token": token}, {"api_key": key, "device_id": device}):
    with Switchboard(url, **credential) as sb:
        sent = sb.messaging.send_text(chat, body=MessagingSendTextBody(text=text))
        print(sent.data.message_id)
        try:
            sb.messaging.get("NOBODY")
            sys.exit("nothing was raised")
        except SwitchboardError as error:
            assert (error.status, error.code) == (404, "message_not_found"), error
with Switchboard(url, api_key=key) as sb:
    file = File(payload=io.BytesIO(b"--+++\\r\\n"), file_name="boundary.txt")
    body = MessagingSendDocumentForm(file=file)
    sb.messaging.send_document(chat, body=body, x_device_id=UUID(device))
with Switchboard(url, device_token=token) as sb, open("note.txt", "wb") as note:
    note.write(b"a note")
    note.flush()
    sent = send_file(sb, chat, "note.txt")
    assert sb.events.list(after=0).data.next_after > 0
    assert sb.messaging.get(sent.data.message_id).data.message_id == sent.data.message_id
    assert sb.media.download(sent.data.message_id) == b"a note"
try:
    Switchboard(url)
    sys.exit("no credential was enough")
except ValueError:
    pass
`

const follows = `
import sys
from switchboard_client import Switchboard
from switchboard_client.models import MessageSentEvent

url, token, after, count = sys.argv[1:]
with Switchboard(url, device_token=token) as sb:
    feed = sb.events(after=int(after), types=["message.sent"])
    seen = 0
    for event in feed:
        seen += 1
        model = event.model()
        assert isinstance(model, MessageSentEvent) and str(model.device_id) == event.device_id, model
        print(event.cursor, model.data.text, flush=True)
        if seen == int(count):
            break
    feed.close()
`

const verifies = `
import base64, hashlib, hmac, json, sys, time
from switchboard_client import WebhookError, verify_webhook
from switchboard_client.models import TestPingEvent
from readme import open_webhook

with open(sys.argv[1], encoding="utf-8") as file:
    headers, body, secret = json.load(file).values()
event = verify_webhook(headers, body, secret)
assert event.event_type == "test.ping" and isinstance(event.model(), TestPingEvent), event
class Request:
    def __init__(self):
        self.headers = headers
    def get_data(self):
        return body.encode()
assert open_webhook(Request(), secret) == event
verify_webhook({name.upper(): value for name, value in headers.items()}, body.encode(), ["whsec_" + "AAAA" * 8, secret])
verify_webhook({**headers, "webhook-signature": "v1,AAAA v2,x " + headers["webhook-signature"]}, body, secret)

def refused(headers, body, secret, **settings):
    try:
        verify_webhook(headers, body, secret, **settings)
    except WebhookError:
        return
    sys.exit("it was not refused")

refused(headers, body.replace("test.ping", "test.pong"), secret)
refused({**headers, "webhook-id": "evt_2"}, body, secret)
refused({**headers, "webhook-signature": "v1,AAAA"}, body, secret)
refused({name: value for name, value in headers.items() if name != "webhook-signature"}, body, secret)
refused(headers, body, "whsec_" + "AAAA" * 8)
refused(headers, body, "")
refused(headers, body, [])

def signed(at, by):
    mac = hmac.new(by.encode(), f"1.{at}.{body}".encode(), hashlib.sha256).digest()
    signature = "v1," + base64.b64encode(mac).decode()
    return {"webhook-id": "1", "webhook-timestamp": str(at), "webhook-signature": signature}

old = int(time.time()) - 310
refused(signed(old, "my own"), body, "my own")
refused(signed(int(time.time()) + 310, "my own"), body, "my own")
verify_webhook(signed(old, "my own"), body, "my own", tolerance_seconds=600)
print("as it should be")
`

const programOfReadme = (): string => {
  const [, program] = /```python[^\n]*\n([\s\S]*?)```/.exec(
    readFileSync(path.join(root, 'clients/python/README.md'), 'utf8'),
  )!
  return program!
}

describe('the package of the client for Python', { skip: whyNoPython() ?? false }, () => {
  let folder: string
  let cannot: string | undefined
  let gateway: TestGateway
  let device: TestDevice
  let key: string
  let line: BadLine
  let python: string

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'switchboard-python-test-'))
    gateway = await startTestGateway({ sandbox: true })
    line = await BadLine.start(gateway.api.url)
    key = (await gateway.createKey()).key
    device = await gateway.linkDevice(undefined, await gateway.createDevice(key))
    try {
      await makePythonWheel(root, path.join(folder, 'wheel'))
      python = await installed(folder)
      await writeFile(path.join(folder, 'readme.py'), programOfReadme())
    } catch (error) {
      if (!(error instanceof NoPackages)) throw error
      cannot = error.message
    }
  })
  after(async () => {
    await line.stop()
    await gateway.stop()
    await rm(folder, { recursive: true, force: true })
  })

  /** A Python that has the wheel, and what the wheel says that it needs. */
  const installed = async (place: string): Promise<string> => {
    const tools = await pythonTools(root)
    const [wheel = ''] = await readdir(path.join(place, 'wheel'))
    const program = path.join(place, 'venv/bin/python')
    await runPython(tools, ['-m', 'venv', '--without-pip', path.join(place, 'venv')], place)
    const install = [
      '-m',
      'pip',
      '--python',
      program,
      'install',
      '-q',
      '--no-compile',
      path.join(place, 'wheel', wheel),
    ]
    await runPython(tools, install, place).catch((cause) => {
      throw new NoPackages('what the wheel needs cannot be had', { cause })
    })
    return program
  }

  const whenMade = (work: (test: TestContext) => Promise<void>) => async (test: TestContext) =>
    cannot === undefined ? work(test) : test.skip(cannot)

  it(
    'sends a text once over a connection that breaks, and a file, as a device and as an API key',
    whenMade(async () => {
      const bob = await gateway.phone('Bob')
      line.fates.push('unanswered', 'lost', { status: 503 })
      const text = 'sent from Python'
      const args = ['-c', sends, line.url, device.token, key, device.id, bob.id, text]
      const ids = (await runPython(python, args, folder)).trim().split('\n')
      await until('both came', () => ids.every((id) => bob.messages().some((message) => message.id === id)))
      const came = bob.messages().filter((message) => message.text === text)
      assert.deepEqual(came.map(({ id }) => id).sort(), ids.sort())
      const file = await bob.until.message(({ kind, media }) => kind === 'document' && media === 'here')
      const offer = await bob.until.message(({ text, media }) => text === 'As agreed' && media === 'here')
      assert.equal(Buffer.from(bob.media.bytes(offer.id)).toString(), 'a note')
      assert.equal(Buffer.from(bob.media.bytes(file.id)).toString(), '--+++\r\n')
      const keys = line.seen.slice(0, 4).map((headers) => headers['idempotency-key'])
      assert.deepEqual([new Set(keys).size, typeof keys[0]], [1, 'string'])
    }),
  )

  it(
    'follows events, and loses and repeats none over connections that break or fall silent',
    whenMade(async () => {
      const bob = await gateway.phone('Bela')
      const send = (text: string) => device.api.post(`/chats/${bob.id}/messages`, { text })
      const { next_after: place } = await device.api.get<{ next_after: number }>('/events')
      await send('first')
      const seen: string[] = []
      const child: ChildProcess = spawn(python, ['-c', follows, line.url, device.token, String(place), '3'], {
        cwd: folder,
      })
      let said = ''
      child.stderr?.setEncoding('utf8').on('data', (chunk) => (said += chunk))
      createInterface({ input: child.stdout! }).on('line', (text) => seen.push(text))
      const ended = new Promise((resolve) => child.on('close', resolve))
      const texts = () => seen.map((each) => each.slice(each.indexOf(' ') + 1))
      const has = (text: string) => until(`${text} comes: ${said}`, () => texts().includes(text))
      await has('first')
      line.cut()
      await send('second')
      await has('second')
      line.freeze()
      await send('third')
      await has('third')
      assert.equal(await ended, 0, said)
      assert.deepEqual(texts(), ['first', 'second', 'third'])
    }),
  )

  it(
    'opens a real delivery, and refuses what is changed, old or signed by somebody else',
    whenMade(async () => {
      const hook = await WebhookReceiver.start()
      try {
        const made = await device.api.post<{ id: string; secret: string }>('/webhooks', { url: hook.url })
        await device.api.post(`/webhooks/${made.id}/test`)
        const { headers, raw } = await hook.until(({ body }) => body.event_type === 'test.ping')
        const file = path.join(folder, 'delivery.json')
        await writeFile(file, JSON.stringify({ headers, raw, secret: made.secret }))
        assert.equal((await runPython(python, ['-c', verifies, file], folder)).trim(), 'as it should be')
      } finally {
        await hook.stop()
      }
    }),
  )
})
