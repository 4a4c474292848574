import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fromMarkdown, toMarkdown } from './markdown.ts'

describe('the marks of texts', () => {
  it('become those of Chatwoot on the way in', () => {
    const told = [
      ['*bold* and _italic_ and ~gone~', '**bold** and _italic_ and ~~gone~~'],
      ['2*3*4 is 24 ~ about', '2*3*4 is 24 ~ about'],
      ['`*code*` *bold*', '`*code*` **bold**'],
      ['*not\nbold*', '*not\nbold*'],
      ['(*in brackets*)', '(**in brackets**)'],
    ] as const
    for (const [whatsapp, chatwoot] of told) assert.equal(toMarkdown(whatsapp), chatwoot)
  })

  it('become those of WhatsApp on the way out', () => {
    const told = [
      ['**bold** and *italic* and _italic_ and ~~gone~~', '*bold* and _italic_ and _italic_ and ~gone~'],
      ['[our page](https://example.com/a_b)', 'our page (https://example.com/a_b)'],
      ['[https://example.com](https://example.com)', 'https://example.com'],
      ['1\\. first\\\nsecond', '1. first\nsecond'],
      ['`**code**`', '`**code**`'],
    ] as const
    for (const [chatwoot, whatsapp] of told) assert.equal(fromMarkdown(chatwoot), whatsapp)
  })
})
