import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'

export interface Shell {
  readonly name: string
  readonly command: readonly [string, ...string[]]
  /** Lines that it writes when it did not understand something and continues. */
  readonly complaint: RegExp
  /** Said first. */
  readonly prelude: string
}

const strictBash: Shell = {
  name: 'bash',
  command: ['bash', '-eu', '-o', 'pipefail', '-s'],
  complaint: /^bash: .*$/m,
  prelude: '',
}

/** As at a prompt: without the files of a user, with what a prompt does to comments, question marks and exclamation marks. */
const prompt: Shell = {
  name: 'an interactive zsh',
  command: ['zsh', '-f', '-i', '-s'],
  complaint: /^(.*% |.*# )?zsh: (?!done|terminated|killed|hangup).*$/m,
  prelude: "PS1='' PS2='' RPS1='' PROMPT_EOL_MARK=''; unsetopt monitor zle; setopt nocheckjobs",
}

/** The shells that blocks are pasted into. */
export const shells = (): { shells: Shell[]; missing: string | undefined } => {
  const there = spawnSync('zsh', ['--version']).status === 0
  return {
    shells: there ? [strictBash, prompt] : [strictBash],
    missing: there
      ? undefined
      : 'there is no zsh here: what only a prompt does wrong is looked for by reading the blocks',
  }
}

const endGroup = (pid: number): void => {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    // Nobody is left in it.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Pastes lines into a shell. @returns all that it showed. @throws when it ends with another status than 0, or says that it did not understand */
export const paste = async (shell: Shell, cwd: string, lines: string): Promise<string> => {
  const [command, ...args] = shell.command
  // A group of its own, so that what the lines leave in the background ends with them.
  const child = spawn(command, args, { cwd, detached: true, timeout: 240_000, env: { ...process.env, HISTFILE: '' } })
  let shown = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (shown += chunk))
  child.stdin.on('error', () => {})
  child.stdin.end(`${shell.prelude}\n${lines}\nexit\n`)
  const closed = once(child, 'close')
  const [code] = await once(child, 'exit')
  endGroup(child.pid!)
  await closed
  const complaint = shell.complaint.exec(shown)?.[0]
  if (code !== 0 || complaint) throw new Error(`${shell.name}: ${complaint ?? `ended with ${code}`}\n${shown}`)
  return shown
}
