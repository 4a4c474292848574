// How the run script speaks: sentences for people, or with LOG_FORMAT=json lines as the gateway's log has them. Plain JavaScript for any Node
// from 20 on.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')

const fromFile = () => {
  try {
    return /^\s*(?:export\s+)?LOG_FORMAT\s*=\s*["']?(\w+)/m.exec(readFileSync(path.join(root, '.env'), 'utf8'))?.[1]
  } catch {
    return undefined
  }
}

/** Whether every line is to be JSON. */
export const speaksJson = (process.env.LOG_FORMAT || fromFile())?.trim().toLowerCase() === 'json'

const say = (level) => (text) => {
  if (speaksJson) console.error(JSON.stringify({ level, time: new Date().toISOString(), part: 'run', msg: text }))
  else console.error(text)
}

export const inform = say('info')
export const complain = say('error')
