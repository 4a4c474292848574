import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { contractRoutes as served } from '../../packages/server/src/schemas/contract-routes.ts'
import { contractRoutes, findRoute } from './contract-route.ts'
import { routeFiles } from './route-operation.ts'

const fileOf = (text: string, name?: string): { place: string; content: string; test: string } => {
  const { folder, files } = routeFiles(findRoute(text)!, name)
  const [[file = '', content = ''] = [], [, test = ''] = []] = Object.entries(files)
  return { place: `${folder}/${file}`, content, test }
}

describe('npm run new operation --route', () => {
  it('knows the routes of the contract, whatever a parameter is called', () => {
    const shape = (method: string, path: string) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`
    const ours = contractRoutes.map(({ method, path }) => shape(method, path))
    assert.deepEqual(ours.sort(), served.map(([method, path]) => shape(method, path)).sort())
    assert.equal(findRoute('patch /groups/{jid}/name')?.name, 'renameGroup')
    assert.equal(findRoute('GET /nowhere'), undefined)
  })

  it('fills in path, fields, tag and answer, with the preset of the family', () => {
    const rename = fileOf('PATCH /groups/{group_jid}/name')
    assert.equal(rename.place, 'groups/rename.ts')
    assert.match(
      rename.content,
      /export default groupAct\(\{\n {2}method: 'PATCH',\n {2}path: '\/groups\/\{group_jid\}\/name',/,
    )
    assert.match(rename.content, /body: z\.object\(\{\n {4}name: z\.string\(\)\.max\(1000\),\n {2}\}\)/)
    assert.ok(!rename.content.includes('params:'), 'the preset reads the group')
    assert.match(rename.test, /describe\('groups\.rename'/)

    const create = fileOf('POST /groups', 'make')
    assert.equal(create.place, 'groups/make.ts')
    assert.match(create.content, /defineOperation\(\{.*auth: 'device',.*participants: z\.array\(/s)

    const poll = fileOf('POST /chats/{chat_jid}/polls')
    assert.match(poll.content, /sendAct\(\{.*multi_answer: z\.boolean\(\)\.default\(false\).*content:/s)
    const mute = fileOf('POST /newsletters/{jid}/mute')
    assert.match(mute.content, /channelAct\(\{.*mute: z\.boolean\(\),/s)
    const key = fileOf('POST /admin/api-keys')
    assert.match(key.content, /auth: 'admin',.*max_devices: z\.int\(\),.*forms: true,.*status: 201,/s)
  })

  it('makes an upload of what takes a file', () => {
    const video = fileOf('POST /newsletters/{jid}/videos')
    assert.match(
      video.content,
      /defineUpload\(\{.*jid: ChannelAddress,.*media: \{ kind: 'video' \},\n {2}fields: z\.object/s,
    )
    assert.match(fileOf('POST /groups/{group_jid}/photo').content, /media: \{ kind: 'image', field: 'photo' \}/)
    assert.match(fileOf('POST /status').content, /optional: true/)
  })
})
