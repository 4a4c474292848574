import { execFileSync, spawnSync } from 'node:child_process'

const there = spawnSync('ffmpeg', ['-version']).status === 0

/** For `it`: says why what needs ffmpeg does not run. `.ci/run` installs it. */
export const needsFfmpeg = { skip: there ? false : 'this machine has no ffmpeg' }

/** Runs the ffmpeg of the system, to make samples and to look at what was made with other eyes. */
export const ffmpeg = (...given: string[]): Buffer =>
  execFileSync('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...given], { maxBuffer: 64 * 1024 * 1024 })
