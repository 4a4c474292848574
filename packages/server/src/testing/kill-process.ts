import type { ChildProcess } from 'node:child_process'

/** Ends a process by SIGKILL, if it still runs, and waits until it is gone: until then it may write to its folder. */
export async function killProcess(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}
