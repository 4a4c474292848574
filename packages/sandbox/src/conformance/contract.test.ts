import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { eventStories, type Stories } from './testing/event-stories.ts'
import { routeStories } from './testing/route-stories.ts'

const sources = new URL('../', import.meta.url)

async function missingStories(stories: Stories): Promise<string[]> {
  const missing = Object.entries(stories).map(async ([file, told]) => {
    const source = await readFile(new URL(`${file}.test.ts`, sources), 'utf8')
    return Object.keys(told).flatMap((story) => (source.includes(`it('${story}'`) ? [] : [`${file}: ${story}`]))
  })
  return (await Promise.all(missing)).flat()
}

function namesIn(stories: Stories): string[] {
  return Object.values(stories).flatMap((told) => Object.values(told).flat())
}

describe('what the API asks of WhatsApp', () => {
  it('happens in a story that is told', async () => {
    assert.deepEqual([...(await missingStories(eventStories)), ...(await missingStories(routeStories))], [])
  })

  it('has one story for each of 84 events and 112 routes', () => {
    for (const [stories, count] of [
      [eventStories, 84],
      [routeStories, 112],
    ] as const) {
      const names = namesIn(stories)
      assert.deepEqual([names.length, new Set(names).size], [count, count])
    }
  })
})
