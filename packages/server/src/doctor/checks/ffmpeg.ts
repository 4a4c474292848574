import { ChildPrograms } from '../../media/convert/child-programs.ts'
import { findProgram } from '../../process/find-program.ts'
import { type Check, fail, ok, reasonOf, skip, warn } from '../check.ts'

const patienceMs = 10_000

export const ffmpegCheck: Check = {
  name: 'ffmpeg',
  async run({ config: { media } }) {
    if (media.ffmpeg === 'off') return [skip('switched off (SWITCHBOARD_FFMPEG)')]
    const program = findProgram(media.ffmpeg)
    if (!program) {
      const says = `there is no ${media.ffmpeg}: videos, GIFs and M4A voice notes are not converted`
      return [warn(says, 'Install ffmpeg (the image :full has it), name it in SWITCHBOARD_FFMPEG, or say off')]
    }
    const advice = 'Install it again, or name another one in SWITCHBOARD_FFMPEG'
    try {
      const { code, said, output } = await new ChildPrograms().run(program, ['-version'], patienceMs)
      const version = /ffmpeg version (\S+)/.exec(output.toString() || said)?.[1]
      return [
        code === 0 && version
          ? ok(`${program}, version ${version}`)
          : fail(`${program} does not run (it ended with ${code})`, advice),
      ]
    } catch (error) {
      return [fail(`${program} does not run (${reasonOf(error)})`, advice)]
    }
  },
}
