// Makes the wheel of clients/python, as it would be published: `python-client.ts [folder]`, dist/python-client when absent.
import { readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { whyNoPython } from './python-tools.ts'
import { makePythonWheel } from './python-wheel.ts'

const root = path.resolve(import.meta.dirname, '../..')
const target = path.resolve(root, process.argv[2] ?? 'dist/python-client')
const missing = whyNoPython()
if (missing) {
  console.error(`The wheel cannot be made: ${missing}.`)
  process.exit(1)
}
rmSync(target, { recursive: true, force: true })
await makePythonWheel(root, target)
console.log(`${readdirSync(target).join(', ')} is in ${path.relative(process.cwd(), target)}`)
