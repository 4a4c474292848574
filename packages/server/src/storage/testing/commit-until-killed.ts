import type { Statement } from '../database.ts'
import { openDatabase } from '../open-database.ts'
import { sampleApiKey } from './sample-rows.ts'

// Run as a process of its own: commits numbered units of two rows, several at a time, and prints each number after its commit was answered, until it is killed.
const database = await openDatabase(JSON.parse(process.argv[2]!))
let number = 0

const insert = (name: string): Statement => ({
  query: database.query
    .insertInto('api_key')
    .values(sampleApiKey({ customer_name: name }))
    .compile(),
})

async function commitForEver(): Promise<void> {
  for (;;) {
    const name = String(++number)
    await database.commit([insert(name), insert(name)])
    process.stdout.write(`${name}\n`)
  }
}

await Promise.all(Array.from({ length: 8 }, commitForEver))
