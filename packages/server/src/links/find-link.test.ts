import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { findLink } from './find-link.ts'

const found: Readonly<Record<string, string | undefined>> = {
  'see https://example.com/a?b=1#c.': 'https://example.com/a?b=1#c',
  'HTTP://Example.com': 'HTTP://Example.com',
  'at www.example.com/x, or elsewhere': 'www.example.com/x',
  '(https://example.com/a_(b))': 'https://example.com/a_(b)',
  '*https://example.com/*': 'https://example.com/',
  '<https://example.com/>': 'https://example.com/',
  'two https://one.example and https://two.example': 'https://one.example',
  'https://münchen.example/straße': 'https://münchen.example/straße',
  'me@www.example.com': undefined,
  'nothing here': undefined,
  'https://': undefined,
  'https://user:secret@example.com/': undefined,
}

describe('findLink', () => {
  for (const [text, link] of Object.entries(found)) {
    it(`finds ${link ?? 'nothing'} in "${text}"`, () => assert.equal(findLink(text)?.text, link))
  }
})
