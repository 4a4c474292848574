import { inspectContent } from '../../storage/inspect-content.ts'
import { type Check, ok, reasonOf, skip, warn } from '../check.ts'

const count = (rows: number): string => (rows === 1 ? '1 row is' : `${rows.toLocaleString('en')} rows are`)

/** Whether what people wrote is stored as it is set. It reads all of it. */
export const contentCheck: Check = {
  name: 'Content',
  async run({ config: { storage } }) {
    const { type, uri, sealContent } = storage
    try {
      const counts = await inspectContent(type === 'sqlite' ? { type, file: uri } : { type, uri })
      if (!counts) return [skip('there is nothing stored yet that people wrote')]
      const [clear, sealed] = [counts.map((each) => each.clear), counts.map((each) => each.sealed)].map((numbers) =>
        numbers.reduce((sum, number) => sum + number, 0),
      ) as [number, number]
      const says = `${count(sealed)} sealed, ${count(clear)} in clear`
      const where = (wrong: 'clear' | 'sealed') =>
        counts.flatMap((each) => (each[wrong] > 0 ? [`${each.table} ${each[wrong]}`] : [])).join(', ')
      const advice =
        'Start the gateway and let it run: it changes them in the background, all gateways of a database with the same value of SWITCHBOARD_SEAL_CONTENT'
      if (sealContent && clear > 0) return [warn(`${says} (${where('clear')})`, advice)]
      if (!sealContent && sealed > 0) return [warn(`${says} (${where('sealed')})`, advice)]
      return [ok(says)]
    } catch (error) {
      return [skip(`what is stored could not be read (${reasonOf(error)})`)]
    }
  },
}
