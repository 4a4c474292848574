import type { Ffmpeg } from './ffmpeg.ts'
import type { NewFile, WithFile } from './new-file.ts'
import type { Threads } from './threads.ts'

/** What the makers of prepared files work with. */
export interface Tools {
  readonly threads: Threads
  readonly ffmpeg: Ffmpeg
  readonly newFile: NewFile
  readonly scratch: WithFile
}
