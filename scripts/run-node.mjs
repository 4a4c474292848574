// Runs a program in a Node of its own, with our terminal. Plain JavaScript without dependencies, for any Node from 20 on.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/** npm tells nobody when it is killed: whoever it started would continue without it, and hold the ports. */
export const endWithNpm = () => {
  if (!process.env.npm_lifecycle_event) return
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, 250).unref()
}

/** Resolves to the exit code. Signals go on to the program, and it decides how to end. The channel tells it when we are gone. @param node the program of Node */
export const runNode = (node, args, { cwd, env }) =>
  new Promise((resolve, reject) => {
    const child = spawn(node, args, { cwd, env, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
    const forward = (signal) => child.kill(signal)
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, forward)
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      for (const name of signals) process.off(name, forward)
      resolve(code ?? 128 + (constants.signals[signal] ?? 0))
    })
  })
