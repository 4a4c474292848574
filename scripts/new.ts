// `npm run new operation <group>/<verb-noun>` and `npm run new event <group>/<noun-past-tense>`: the file and its test, ready to fill in.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { eventFiles, operationFiles } from './new/templates.ts'

const root = path.resolve(import.meta.dirname, '..')
const [kind, place] = process.argv.slice(2)

const fail = (message: string): never => {
  console.error(message)
  process.exit(1)
}

const match = /^([a-z][a-z0-9-]*)\/([a-z][a-z0-9-]*)$/.exec(place ?? '')
if (!match || (kind !== 'operation' && kind !== 'event')) {
  fail('Usage: npm run new operation messages/send-text   or   npm run new event messages/message-received')
}
const [, group = '', name = ''] = match ?? []
const folder = path.join(root, 'packages/server/src', `${kind}s`, group)
const files = kind === 'operation' ? operationFiles(group, name) : eventFiles(group, name)

for (const file of Object.keys(files)) {
  if (existsSync(path.join(folder, file))) fail(`${kind}s/${group}/${file} is there already`)
}
mkdirSync(folder, { recursive: true })
for (const [file, content] of Object.entries(files)) {
  writeFileSync(path.join(folder, file), content)
  console.log(`packages/server/src/${kind}s/${group}/${file}`)
}
