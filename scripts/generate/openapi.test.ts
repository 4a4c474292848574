import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { z } from 'zod'
import { defineUpload } from '../../packages/server/src/kit/define-upload.ts'
import { Examples } from './example-of.ts'
import { SchemaBook } from './json-schema.ts'
import { nullableAsTypes } from './nullable.ts'
import { openApi } from './openapi.ts'

const upload = defineUpload({
  path: '/media',
  auth: 'device',
  summary: 'Upload a picture',
  media: { kind: 'image' },
  fields: z.object({ caption: z.string().meta({ examples: ['Hello'] }) }),
  async run() {},
})

interface Described {
  readonly paths: Record<string, { post: { requestBody: { required: boolean; content: Record<string, Body> } } }>
  readonly components: { readonly schemas: Record<string, { properties: Record<string, unknown>; required: string[] }> }
}
interface Body {
  readonly schema: { readonly $ref: string }
  readonly example?: unknown
}

describe('the OpenAPI document', () => {
  it('describes an operation that takes a file as JSON and as a form, each with an example that is taken', () => {
    const { paths, components } = openApi('0', [{ id: 'media.upload', operation: upload }]) as unknown as Described
    const { required, content } = paths['/media']!.post.requestBody
    const [json, form] = [content['application/json']!, content['multipart/form-data']!]
    assert.equal(required, true)
    assert.equal(json.schema.$ref, '#/components/schemas/MediaUploadBody')
    assert.equal(form.schema.$ref, '#/components/schemas/MediaUploadForm')
    const { properties } = components.schemas['MediaUploadForm']!
    assert.deepEqual(Object.keys(properties), ['file', 'caption', 'url', 'base64', 'media_id', 'message_id'])
    assert.deepEqual((properties['file'] as { format: string }).format, 'binary')
    assert.deepEqual(json.example, { caption: 'Hello', url: 'https://example.com/picture.jpg' })
    assert.ok(upload.body?.safeParse(json.example).success)
  })

  it('describes an instant by its format alone', () => {
    const book = new SchemaBook()
    const { properties } = book.of(z.object({ at: z.iso.datetime(), id: z.uuid() }), 'output') as {
      properties: Record<string, Record<string, string>>
    }
    assert.deepEqual(properties['at'], { type: 'string', format: 'date-time' })
    assert.ok(properties['id']!['pattern'])
  })

  it('shows what a field says of itself, and what its name or its shape says where it is silent', () => {
    const text = { type: 'string' }
    const properties = {
      jid: { ...text, examples: ['120363012345678901@g.us'] },
      name_set_by: text,
      chat: { $ref: '#/components/schemas/ChatAddress' },
    }
    const group = { type: 'object', required: Object.keys(properties), properties }
    assert.deepEqual(new Examples({ ChatAddress: text }).of(group), {
      jid: '120363012345678901@g.us',
      name_set_by: '4917087654321@s.whatsapp.net',
      chat: '4917087654321@s.whatsapp.net',
    })
  })

  it('says by types what may be null, and keeps references to objects', () => {
    const components = { Instant: { type: 'string', format: 'date-time' }, Chat: { type: 'object' } }
    const orNull = (schema: object) => ({ anyOf: [schema, { type: 'null' }] })
    const instant = { $ref: '#/components/schemas/Instant' }
    const chat = { $ref: '#/components/schemas/Chat' }
    const given = {
      a: orNull({ type: 'string', enum: ['x'] }),
      b: { ...orNull(instant), description: 'When' },
      c: orNull(chat),
    }
    assert.deepEqual(nullableAsTypes(given, components), {
      a: { type: ['string', 'null'], enum: ['x', null] },
      b: { type: ['string', 'null'], format: 'date-time', description: 'When' },
      c: orNull(chat),
    })
  })
})
