import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import sharp from 'sharp'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

/** Red on the left, green in the middle, blue on the right. */
const picture = (): Promise<Buffer> => {
  const band = (background: string, left: number) => ({
    input: { create: { width: 300, height: 500, channels: 3 as const, background } },
    left,
    top: 0,
  })
  return sharp({ create: { width: 900, height: 500, channels: 3, background: 'black' } })
    .composite([band('red', 0), band('green', 300), band('blue', 600)])
    .png()
    .toBuffer()
}

const formWith = (field: string, bytes: Uint8Array): FormData => {
  const form = new FormData()
  form.append(field, new Blob([new Uint8Array(bytes)]), 'photo.png')
  return form
}

/** Holds what a phone downloaded to the form of a photo, with the middle of the picture in it. */
const assertPhoto = async (bytes: Uint8Array | undefined): Promise<void> => {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
  assert.deepEqual([(await sharp(bytes).metadata()).format, info.width, info.height], ['jpeg', 640, 640])
  const [red, green, blue] = data.subarray((320 * 640 + 320) * 3)
  assert.ok(green! > 90 && red! < 60 && blue! < 60)
}

describe('photos', () => {
  let gateway: TestGateway
  let device: TestDevice & { readonly phone: Phone }
  let bob: Phone
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    device = await gateway.linkDevice()
    bob = await gateway.phone('Bob')
  })
  after(() => gateway.stop())

  const mine = '/users/me/profile-photo'
  const ofGroup = (jid: string) => `/groups/${encodeURIComponent(jid)}/photo`
  const spoolIsEmpty = async () => assert.deepEqual(await readdir(path.join(gateway.dataDir, 'spool')), [])

  it('gives the account a photo that others see, and takes it away', async () => {
    const { picture_id: id } = await device.api.post(mine, formWith('file', await picture()))
    const seen = await bob.people.picture(device.phone.jid)
    assert.equal(seen?.id, id)
    await assertPhoto(seen?.bytes)
    assert.equal((await device.api.post(mine, { remove: true }))['picture_id'], '')
    assert.equal(await bob.people.picture(device.phone.jid), undefined)
    await spoolIsEmpty()
  })

  it('takes the picture in base64, under the name of the contract too, and only once', async () => {
    const base64 = (await picture()).toString('base64')
    for (const body of [{ base64 }, { photo_base64: `data:image/png;base64,${base64}` }]) {
      const { picture_id: id } = await device.api.post(mine, body)
      assert.equal((await bob.people.picture(device.phone.jid))?.id, id)
    }
    await device.api.refuses('invalid_request', 'POST', mine, { base64, photo_base64: base64 })
  })

  it('takes it from a URL, from an uploaded file and from a message that came', async () => {
    const bytes = await picture()
    const elsewhere: Server = createServer((_request, response) => response.end(bytes)).listen(0, '127.0.0.1')
    await new Promise((resolve) => elsewhere.once('listening', resolve))
    const url = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/a`
    const { media_id } = await device.api.post('/media', formWith('file', bytes))
    const { id: message_id } = await bob.send(device.phone.id, { image: { data: bytes } })
    await until(
      'the picture came',
      async () => (await device.api.call('GET', `/messages/${message_id}`)).status === 200,
    )
    for (const body of [{ url }, { media_id }, { message_id }]) {
      await device.api.post(mine, { remove: true })
      await device.api.post(mine, body)
      await assertPhoto((await bob.people.picture(device.phone.jid))?.bytes)
    }
    elsewhere.close()
    await spoolIsEmpty()
  })

  it('gives a group a photo that its members see, and takes it away', async () => {
    const { jid } = await device.phone.groups.create({ subject: 'Team', participants: [bob.id] })
    const answer = await device.api.post(ofGroup(jid), formWith('photo', await picture()))
    const seen = await bob.people.picture(jid)
    assert.deepEqual(answer, { picture_id: seen?.id, photo_url: seen?.id })
    await assertPhoto(seen?.bytes)
    await device.api.post(ofGroup(jid), { remove: true })
    assert.equal(await bob.people.picture(jid), undefined)
  })

  it('is forbidden in a group where only admins may', async () => {
    const { jid } = await bob.groups.create({ subject: 'Locked', participants: [device.phone.id], locked: true })
    await device.api.refuses('forbidden_by_whatsapp', 'POST', ofGroup(jid), formWith('photo', await picture()))
    assert.equal(await bob.people.picture(jid), undefined)
  })

  it('refuses what is no picture, a broken one, none at all, and one that is to be removed too', async () => {
    const before = (await bob.people.picture(device.phone.jid))?.id
    const whole = await picture()
    await device.api.refuses('media_kind_mismatch', 'POST', mine, formWith('file', Buffer.from('%PDF-1.4 …')))
    await device.api.refuses('media_unreadable', 'POST', mine, formWith('file', whole.subarray(0, 200)))
    await device.api.refuses('invalid_request', 'POST', mine, {})
    await device.api.refuses('invalid_request', 'POST', mine, { remove: false })
    const both = formWith('file', whole)
    both.append('remove', 'true')
    await device.api.refuses('invalid_request', 'POST', mine, both)
    await device.api.refuses('media_not_found', 'POST', mine, { media_id: 'med_none' })
    await device.api.refuses('message_not_found', 'POST', mine, { message_id: '3EB0000000' })
    assert.equal((await bob.people.picture(device.phone.jid))?.id, before)
    await spoolIsEmpty()
  })

  it('gives an own channel a photo that others see, and takes it away', async () => {
    await device.api.post('/newsletters/tos/accept', {})
    const { jid } = await device.api.post<{ jid: string }>('/newsletters', { name: 'News', description: 'New things' })
    const seen = async () => {
      const { picturePath } = await bob.channels.of(jid).info()
      const found = picturePath === '' ? undefined : gateway.sandbox!.world.media.find(picturePath)
      return found?.status === 200 ? found.file.bytes : undefined
    }
    const { picture_id: id } = await device.api.post(`/newsletters/${jid}/photo`, formWith('file', await picture()))
    assert.ok(id)
    await assertPhoto(await seen())
    assert.equal((await device.api.post(`/newsletters/${jid}/photo`, { remove: true }))['picture_id'], '')
    assert.equal(await seen(), undefined)
  })
})
